#include "viz/window/window.hpp"

#include <SFML/Graphics/RenderWindow.hpp>
#include <SFML/System/Err.hpp>
#include <SFML/Window/Event.hpp>

#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "viz/controller.hpp"
#include "viz/headless.hpp"
#include "viz/raster/cpu_raster.hpp"
#include "viz/raster/picture_file.hpp"
#include "viz/raster/video.hpp"
#include "viz/screens/screen.hpp"
#include "viz/theme.hpp"
#include "viz/window/display.hpp"
#include "viz/window/sfml_backend.hpp"
#include "viz/window/sfml_keys.hpp"

namespace infodiet::viz {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::duration;

/// The window, and what belongs to it for as long as it is open.
class Window {
 public:
  Window(Stage& stage, const ViewRequest& request);
  int run();

 private:
  void open(bool is_fullscreen);
  void take_events();
  void handle(const sf::Event& event);
  void draw();
  void picture(int kind);
  void record_frame();
  float fit_scale() const;
  Point logical(int x, int y) const {
    return {static_cast<float>(x) / scale_, static_cast<float>(y) / scale_};
  }

  Stage& stage_;
  const ViewRequest& request_;
  Model model_;
  GlyphAtlas atlas_;
  Canvas canvas_;
  std::vector<Hit> hits_;
  Controller controller_;
  sf::RenderWindow window_;
  SfmlBackend backend_;
  float scale_ = 1;
  bool is_fullscreen_ = false;
  std::unique_ptr<VideoWriter> video_;
  std::string video_file_;
  CpuRaster frame_{1, 1};
};

Window::Window(Stage& stage, const ViewRequest& request)
    : stage_(stage),
      request_(request),
      model_(stage.info()),
      canvas_(atlas_),
      controller_(model_, stage,
                  {[this] { window_.close(); }, [this] { open(!is_fullscreen_); },
                   [this](int kind) { picture(kind); }}) {}

void Window::open(bool is_fullscreen) {
  is_fullscreen_ = is_fullscreen;
  const double scale = request_.scale > 0 ? request_.scale : 1;
  const sf::VideoMode mode =
      is_fullscreen ? sf::VideoMode::getDesktopMode()
                    : sf::VideoMode(static_cast<unsigned>(std::lround(request_.width * scale)),
                                    static_cast<unsigned>(std::lround(request_.height * scale)));
  window_.create(mode, "InfoDiet", is_fullscreen ? sf::Style::Fullscreen : sf::Style::Default);
  window_.setKeyRepeatEnabled(true);
  if (!window_.isOpen())
    throw Error(ErrorCode::kState, "watch",
                "the display gave no window (try --headless --png FILE)");
  backend_ = SfmlBackend();  // what it had on the card belonged to the former window
  scale_ = fit_scale();
}

/// The scale that was asked for, or less where the window would cut the screen off.
float Window::fit_scale() const {
  const sf::Vector2u size = window_.getSize();
  const float fits =
      std::min(static_cast<float>(size.x) / kLeastWidth, static_cast<float>(size.y) / kLeastHeight);
  const float wanted = request_.scale > 0 ? static_cast<float>(request_.scale) : 1.0f;
  return std::max(0.5f, std::min(wanted, fits));
}

void Window::take_events() {
  sf::Event event{};
  while (window_.isOpen() && window_.pollEvent(event)) handle(event);
}

void Window::handle(const sf::Event& event) {
  switch (event.type) {
    case sf::Event::Closed:
      window_.close();
      break;
    case sf::Event::Resized:
      scale_ = fit_scale();
      break;
    case sf::Event::KeyPressed:
      controller_.key(key_of(event.key), event.key.shift);
      break;
    case sf::Event::TextEntered:  // '?' lies elsewhere on every keyboard
      if (event.text.unicode == '?') controller_.key(Key::kHelp, false);
      break;
    case sf::Event::MouseMoved:
      controller_.move(logical(event.mouseMove.x, event.mouseMove.y), hits_);
      break;
    case sf::Event::MouseButtonPressed:
      if (event.mouseButton.button == sf::Mouse::Left)
        controller_.press(logical(event.mouseButton.x, event.mouseButton.y), hits_);
      break;
    case sf::Event::MouseButtonReleased:
      controller_.release();
      break;
    case sf::Event::MouseWheelScrolled:
      controller_.wheel(event.mouseWheelScroll.delta);
      break;
    default:
      break;
  }
}

void Window::draw() {
  const sf::Vector2u size = window_.getSize();
  canvas_.begin(static_cast<float>(size.x) / scale_, static_cast<float>(size.y) / scale_, scale_);
  draw_screen(canvas_, model_, hits_);
  backend_.draw(window_, canvas_, theme::kGround);
  window_.display();
}

/// Pictures are drawn by the processor: the same pixels on every machine.
void Window::picture(int kind) {
  try {
    const sf::Vector2u size = window_.getSize();
    const int width = static_cast<int>(size.x), height = static_cast<int>(size.y);
    const std::string stem = fmt::format("media/{}-{}-{}", model_.info.task, model_.pace.seed,
                                         std::max(0, model_.sides.empty() ? 0 : model_.shown(0)));
    if (kind == 0) {
      frame_.resize(width, height);
      frame_.draw(canvas_, theme::kGround);
      write_png(stem + ".png", frame_.pixels(), width, height);
      model_.toast = stem + ".png";
    } else if (video_ == nullptr) {
      video_file_ = stem + (kind == 1 ? ".gif" : ".mp4");
      video_ = std::make_unique<VideoWriter>(
          video_file_, kind == 1 ? VideoKind::kGif : VideoKind::kMp4, width, height, 30);
      frame_.resize(width, height);
      model_.is_recording = true;
    } else {
      video_->finish();
      video_.reset();
      model_.is_recording = false;
      model_.toast = video_file_;
    }
  } catch (const Error& error) {
    video_.reset();
    model_.is_recording = false;
    model_.toast = error.what();
  }
}

void Window::record_frame() {
  if (video_ == nullptr) return;
  try {
    frame_.draw(canvas_, theme::kGround);
    video_->write(frame_.pixels());
  } catch (const Error& error) {
    video_.reset();
    model_.is_recording = false;
    model_.toast = error.what();
  }
}

int Window::run() {
  open(false);
  stage_.start();
  if (!request_.is_paused && !model_.sides.empty()) {
    Command play;
    play.kind = Command::kPlay;
    stage_.send(play);
  }
  bool is_applied = false;
  auto next_frame = Clock::now();
  auto last_second = next_frame, last_train = next_frame - std::chrono::seconds(10);
  int frames = 0;
  auto last_frame = next_frame;
  constexpr auto kFrame = std::chrono::microseconds(16667);
  while (window_.isOpen()) {
    take_events();
    if (!window_.isOpen()) break;
    refresh(model_, stage_);
    const auto now = Clock::now();
    if (request_.train && now - last_train > std::chrono::seconds(1)) {
      request_.train(model_.train);
      last_train = now;
    }
    if (!is_applied) {
      ViewRequest first = request_;
      first.moment.clear();
      first.cursor = -1;
      apply(model_, first);
      is_applied = true;
    }
    controller_.follow(duration<double>(now - last_frame).count());
    last_frame = now;
    draw();
    record_frame();
    model_.frame_ms += 0.1 * (duration<double>(Clock::now() - now).count() * 1e3 - model_.frame_ms);
    ++frames;
    const double passed = duration<double>(now - last_second).count();
    if (passed >= 0.5) {
      model_.fps = frames / passed;
      frames = 0;
      last_second = now;
    }
    // a frame takes what it takes; slow cards get half as many
    next_frame += model_.frame_ms > 14 ? 2 * kFrame : kFrame;
    if (next_frame < Clock::now() - std::chrono::milliseconds(250)) next_frame = Clock::now();
    std::this_thread::sleep_until(next_frame);
  }
  if (video_ != nullptr) video_->finish();
  return 0;
}

}  // namespace

int run_window(Stage& stage, const ViewRequest& request) {
  require_display();
  sf::err().rdbuf(nullptr);  // it warns of what is no fault: displays without vertical sync
  return Window(stage, request).run();
}

}  // namespace infodiet::viz
