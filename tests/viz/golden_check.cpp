// Draws whole screens by the processor and compares them with stored pictures, byte by byte.
//   golden_check FOLDER            exit 0: all the same; 1: some differ, and where to look;
//                                  77: other fonts or another FreeType than theirs, so no word
//   golden_check FOLDER --bless    stores what is drawn now. Look at it before it is committed.
// What is drawn comes from golden_scenes.hpp and made_up.hpp, so a difference is the viewer's doing
// and nobody else's.
#include <zlib.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>
#include <span>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "env/core/hash.hpp"
#include "sim/whole_files.hpp"
#include "tests/viz/golden_scenes.hpp"
#include "viz/canvas/font_files.hpp"
#include "viz/raster/cpu_raster.hpp"
#include "viz/raster/picture_file.hpp"
#include "viz/raster/png.hpp"
#include "viz/screens/screen.hpp"
#include "viz/theme.hpp"

namespace infodiet::test {
namespace {

namespace fs = std::filesystem;

constexpr int kSkipped = 77;

struct Picture {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;  ///< (height, width, 4)
};

Picture draw(const GoldenScene& scene) {
  const viz::Model model = scene.model();
  viz::GlyphAtlas atlas;
  viz::Canvas canvas(atlas);
  std::vector<viz::Hit> hits;
  canvas.begin(static_cast<float>(scene.width), static_cast<float>(scene.height), scene.scale);
  draw_screen(canvas, model, hits);
  Picture picture{static_cast<int>(static_cast<float>(scene.width) * scene.scale),
                  static_cast<int>(static_cast<float>(scene.height) * scene.scale),
                  {}};
  viz::CpuRaster raster(picture.width, picture.height);
  raster.draw(canvas, viz::theme::kGround);
  picture.pixels.assign(raster.pixels().begin(), raster.pixels().end());
  return picture;
}

/// Reads a picture that png_of wrote: one piece of data, rows without a filter.
/// @throws Error kIo if it is anything else
Picture read_png(const fs::path& file) {
  const std::string bytes = read_whole(file.string());
  const auto refuse = [&](const char* what) {
    throw Error(ErrorCode::kIo, file.string(), std::string(what) + " (bless it anew)");
  };
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = at; i < at + 4; ++i)
      value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
    return value;
  };
  constexpr std::size_t kHeader = 33;  // signature and IHDR
  if (bytes.size() < kHeader + 12 || bytes.compare(1, 3, "PNG") != 0) refuse("it is no picture");
  Picture picture;
  picture.width = static_cast<int>(number(16));
  picture.height = static_cast<int>(number(20));
  const std::size_t size = number(kHeader), across = static_cast<std::size_t>(picture.width);
  if (bytes.compare(kHeader + 4, 4, "IDAT") != 0 || kHeader + 8 + size > bytes.size())
    refuse("it is not one of ours");
  const std::size_t row_size = across * 3 + 1, high = static_cast<std::size_t>(picture.height);
  std::vector<std::uint8_t> rows(row_size * high);
  uLongf got = static_cast<uLongf>(rows.size());
  if (uncompress(rows.data(), &got, reinterpret_cast<const Bytef*>(bytes.data()) + kHeader + 8,
                 static_cast<uLong>(size)) != Z_OK ||
      got != rows.size())
    refuse("it is damaged");
  picture.pixels.assign(across * high * 4, 255);
  for (std::size_t y = 0; y < high; ++y) {
    for (std::size_t i = 0; i < across * 3; ++i) {
      picture.pixels[(y * across + i / 3) * 4 + i % 3] = rows[y * row_size + 1 + i];
    }
  }
  return picture;
}

/// What is the same stands dark and grey, what differs bright. @returns how many pixels differ
long difference(const Picture& then, const Picture& now, Picture& out) {
  out = now;
  long count = 0;
  for (std::size_t i = 0; i < now.pixels.size(); i += 4) {
    const bool differs = std::memcmp(&then.pixels[i], &now.pixels[i], 3) != 0;
    count += differs ? 1 : 0;
    const int grey = (now.pixels[i] + now.pixels[i + 1] + now.pixels[i + 2]) / 9;
    for (std::size_t c = 0; c < 3; ++c) out.pixels[i + c] = static_cast<std::uint8_t>(grey);
    if (!differs) continue;
    out.pixels[i] = 255;
    out.pixels[i + 1] = 64;
  }
  return count;
}

/// What letters look like hangs on these, line by line.
std::string fonts_in_words() {
  std::string text = "FreeType " + viz::freetype_version() + "\n";
  const viz::FontFiles fonts = viz::find_fonts();
  std::vector<std::string> files(fonts.face.begin(), fonts.face.end());
  files.push_back(fonts.symbols);
  for (const std::string& file : files) {
    const std::string bytes = read_whole(file);
    text += fmt::format("{} {:016x}\n", fs::path(file).filename().string(),
                        hash_bytes(bytes.data(), bytes.size(), kHashStart));
  }
  return text;
}

void bless(const fs::path& folder) {
  fs::create_directories(folder);
  std::set<std::string> names;
  for (const GoldenScene& scene : golden_scenes()) {
    const Picture picture = draw(scene);
    const fs::path file = folder / (scene.name + ".png");
    viz::write_png(file.string(), picture.pixels, picture.width, picture.height);
    names.insert(file.filename().string());
  }
  write_whole((folder / "fonts.txt").string(), fonts_in_words());
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".png" && !names.contains(entry.path().filename().string()))
      fs::remove(entry.path());
  }
  std::printf("%zu pictures are stored in %s\n", names.size(), folder.c_str());
}

int check(const fs::path& folder) {
  const fs::path made = "golden_differences";
  fs::remove_all(made);
  int wrong = 0;
  for (const GoldenScene& scene : golden_scenes()) {
    const Picture now = draw(scene);
    const fs::path stored = folder / (scene.name + ".png");
    const auto keep = [&](const char* what, const Picture& picture) {
      const fs::path file = fs::absolute(made / (scene.name + what));
      viz::write_png(file.string(), picture.pixels, picture.width, picture.height);
      return file.string();
    };
    std::string said;
    if (!fs::exists(stored)) {
      said = "there is none stored; drawn now: " + keep(".new.png", now);
    } else {
      const Picture then = read_png(stored);
      if (then.pixels == now.pixels && then.width == now.width) continue;
      said = "now: " + keep(".new.png", now);
      Picture out;
      if (then.width == now.width && then.height == now.height) {
        const long count = difference(then, now, out);
        said = fmt::format("{} pixels differ\n  {}\n  where: {}", count, said,
                           keep(".difference.png", out));
      }
    }
    ++wrong;
    std::printf("%s: %s\n  stored: %s\n", scene.name.c_str(), said.c_str(), stored.c_str());
  }
  if (wrong == 0) {
    std::printf("%zu pictures are the same, to the byte\n", golden_scenes().size());
    return 0;
  }
  std::printf("%d differ. If that is as it should be: golden_check %s --bless\n", wrong,
              folder.c_str());
  return 1;
}

int run(std::span<char*> args) {
  const bool blesses = args.size() == 3 && std::string(args[2]) == "--bless";
  if (args.size() != 2 && !blesses) {
    std::fprintf(stderr, "usage: golden_check FOLDER [--bless]\n");
    return 2;
  }
  const fs::path folder = args[1];
  if (blesses) {
    bless(folder);
    return 0;
  }
  std::string here;
  try {
    here = fonts_in_words();
  } catch (const Error& error) {
    std::printf("skipped: %s\n", error.what());
    return kSkipped;
  }
  if (const std::string theirs = read_whole((folder / "fonts.txt").string()); here != theirs) {
    std::printf("skipped: the stored pictures are set with\n%sand here are\n%s", theirs.c_str(),
                here.c_str());
    return kSkipped;
  }
  return check(folder);
}

}  // namespace
}  // namespace infodiet::test

int main(int argc, char** argv) {
  try {
    return infodiet::test::run(std::span(argv, static_cast<std::size_t>(argc)));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "golden_check: %s\n", error.what());
    return 2;
  }
}
