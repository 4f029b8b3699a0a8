#include "viz/canvas/font_files.hpp"

#include <ft2build.h>

#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <vector>

#include FT_FREETYPE_H

#include "env/core/error.hpp"

namespace infodiet::viz {
namespace {

namespace fs = std::filesystem;

/// Where fonts lie: the user's folder first.
std::vector<fs::path> font_folders() {
  std::vector<fs::path> folders;
  const char* const own = std::getenv("INFODIET_FONTS");
  if (own != nullptr && *own != '\0') return {own};  // whoever names a folder means that one
  for (const char* name : {"opentype/inter", "truetype/inter", "truetype/jetbrains-mono",
                           "truetype/dejavu", "truetype/liberation", "truetype/liberation2"})
    folders.push_back(fs::path("/usr/share/fonts") / name);
  return folders;
}

/// The first of some files that is there; "" if none is.
std::string first_of(const std::vector<fs::path>& folders,
                     std::initializer_list<const char*> names) {
  std::error_code ignored;
  for (const char* name : names) {
    for (const fs::path& folder : folders) {
      if (fs::is_regular_file(folder / name, ignored)) return (folder / name).string();
    }
  }
  return "";
}

}  // namespace

FontFiles find_fonts() {
  const std::vector<fs::path> folders = font_folders();
  constexpr const char* kPlain = "DejaVuSans.ttf";
  constexpr const char* kBold = "DejaVuSans-Bold.ttf";
  constexpr const char* kMono = "DejaVuSansMono.ttf";
  constexpr const char* kOther = "LiberationSans-Regular.ttf";
  FontFiles found;
  found.face = {
      first_of(folders, {"Inter-Regular.otf", "Inter-Regular.ttf", kPlain, kOther}),
      first_of(folders, {"Inter-Medium.otf", "Inter-Medium.ttf", kPlain, kOther}),
      first_of(folders, {"Inter-SemiBold.otf", "Inter-SemiBold.ttf", kBold, kPlain, kOther}),
      first_of(folders, {"Inter-Bold.otf", "Inter-Bold.ttf", kBold, kPlain, kOther}),
      first_of(folders, {"JetBrainsMono-Regular.ttf", kMono, "LiberationMono-Regular.ttf"}),
      first_of(folders, {"JetBrainsMono-SemiBold.ttf", "DejaVuSansMono-Bold.ttf", kMono,
                         "LiberationMono-Bold.ttf", "LiberationMono-Regular.ttf"})};
  found.symbols = first_of(folders, {kPlain, kOther, "Inter-Regular.otf"});
  for (const std::string& file : found.face) {
    if (!file.empty()) continue;
    throw Error(ErrorCode::kIo, "fonts",
                "there is nothing to write with (install Debian's fonts-inter and "
                "fonts-jetbrains-mono, or fonts-dejavu-core; or let INFODIET_FONTS name a folder "
                "that holds Inter-Regular.otf or DejaVuSans.ttf and JetBrainsMono-Regular.ttf or "
                "DejaVuSansMono.ttf)");
  }
  return found;
}

std::string freetype_version() {
  FT_Library library = nullptr;
  int major = 0, minor = 0, patch = 0;
  if (FT_Init_FreeType(&library) == 0) {
    FT_Library_Version(library, &major, &minor, &patch);
    FT_Done_FreeType(library);
  }
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace infodiet::viz
