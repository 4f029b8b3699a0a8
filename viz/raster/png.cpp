#include "viz/raster/png.hpp"

#include <zlib.h>

#include <string_view>
#include <vector>

#include "env/core/error.hpp"

namespace infodiet::viz {
namespace {

void append_number(std::string& to, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<char>(number >> shift));
}

void append_chunk(std::string& to, std::string_view type, std::string_view data) {
  append_number(to, static_cast<std::uint32_t>(data.size()));
  const std::size_t begin = to.size();
  to.append(type).append(data);
  const auto checked = std::string_view(to).substr(begin);
  append_number(to,
                static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(checked.data()),
                                                 static_cast<uInt>(checked.size()))));
}

}  // namespace

std::string png_of(std::span<const std::uint8_t> pixels, int width, int height) {
  // rows as they are (filter 0): letters repeat, their differences to the row above do not
  const std::size_t across = static_cast<std::size_t>(width), row_size = across * 3 + 1;
  std::vector<std::uint8_t> rows(row_size * static_cast<std::size_t>(height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    std::uint8_t* out = rows.data() + y * row_size + 1;
    const std::uint8_t* here = pixels.data() + y * across * 4;
    for (std::size_t i = 0; i < across * 4; ++i) {
      if (i % 4 != 3) *out++ = here[i];
    }
  }
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::string packed(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, rows.data(),
                static_cast<uLong>(rows.size()), 9) != Z_OK)
    throw Error(ErrorCode::kInternal, "picture", "zlib could not pack it");
  packed.resize(size);

  std::string file("\x89PNG\r\n\x1a\n", 8), header;
  append_number(header, static_cast<std::uint32_t>(width));
  append_number(header, static_cast<std::uint32_t>(height));
  header.append("\x08\x02\x00\x00\x00", 5);  // 8 bits, colour, deflate, filters, not interlaced
  append_chunk(file, "IHDR", header);
  append_chunk(file, "IDAT", packed);
  append_chunk(file, "IEND", "");
  return file;
}

}  // namespace infodiet::viz
