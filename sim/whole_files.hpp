#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace infodiet {

// Files and folders that are there whole or not at all, whenever the program is killed or the power
// fails: they are made under another name, forced to disk, and renamed.

/// Five letters and digits (RFC 4648 base 32, in small letters) from the system's entropy, for a
/// name that nobody else picks.
std::string fresh_id();

/// How the names of files and folders begin that were being written or removed when the program was
/// killed.
inline constexpr std::string_view kUnfinished = ".tmp-";

/// Writes a file, in place of the one that may have been there. Until it has its name it is called
/// `<kUnfinished><name>-<process>-<5 letters>`.
/// @throws Error kIo with the file and what the system said
void write_whole(const std::filesystem::path& file, std::string_view content);

/// A file of a folder that is to be written.
struct FileText {
  std::string name;
  std::string_view content;
};

/// Makes a folder with these files, written one after the other, in place of one that may have been
/// there. Until then it is called as a file would be.
/// @throws Error kIo with the file and what the system said
void write_whole_folder(const std::filesystem::path& folder, std::span<const FileText> files);

/// Takes a folder, or what else has that name, out of sight at once, then deletes what it holds.
/// @throws Error kIo
void remove_whole_folder(const std::filesystem::path& folder);

/// All bytes of a file.
/// @throws Error kIo if it is missing or cannot be read
std::string read_whole(const std::filesystem::path& file);

}  // namespace infodiet
