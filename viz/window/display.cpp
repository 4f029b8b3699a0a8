#include "viz/window/display.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "env/core/error.hpp"

namespace infodiet::viz {
namespace {

constexpr const char* kWaysOut =
    " (on a machine without a display, write a picture or a video instead: --headless --png FILE "
    "or --headless --mp4 FILE; or lend it one: xvfb-run -a infodiet watch ...)";

/// Whether anybody listens at the socket of a local display, by its path or its abstract name.
bool answers(const std::string& number) {
  for (const bool is_abstract : {false, true}) {
    const std::string path = "/tmp/.X11-unix/X" + number;
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return true;  // cannot tell: let SFML try
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::size_t from = is_abstract ? 1 : 0;
    const std::size_t size = std::min(path.size(), sizeof address.sun_path - 2);
    std::memcpy(address.sun_path + from, path.data(), size);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + from + size);
    const bool is_there =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), length) == 0;
    ::close(socket);
    if (is_there) return true;
  }
  return false;
}

}  // namespace

void require_display() {
  const char* const named = std::getenv("DISPLAY");
  if (named == nullptr || *named == '\0') {
    throw Error(ErrorCode::kState, "watch",
                std::string("there is no display: DISPLAY is not set") + kWaysOut);
  }
  const std::string display = named;
  const std::size_t colon = display.find(':');
  if (colon != 0) return;  // another machine's, or a form we do not know: let SFML try
  const std::string number = display.substr(1, display.find('.') - 1);
  if (!answers(number)) {
    throw Error(ErrorCode::kState, "watch",
                "the display " + display + " does not answer" + kWaysOut);
  }
}

}  // namespace infodiet::viz
