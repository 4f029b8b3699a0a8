#include "viz/window/window.hpp"

#include <SFML/Graphics/RenderWindow.hpp>
#include <SFML/System/Err.hpp>
#include <SFML/Window/Event.hpp>
#include <SFML/Window/Keyboard.hpp>

#include <chrono>
#include <cmath>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "env/core/error.hpp"
#include "viz/camera.hpp"
#include "viz/controller.hpp"
#include "viz/headless.hpp"
#include "viz/raster/picture_file.hpp"
#include "viz/recording.hpp"
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
  void open(bool is_fullscreen);
  /// Until it is closed.
  void run();

 private:
  void take_events();
  void handle(const sf::Event& event);
  void draw();
  void picture(int kind);
  void record(double seconds);
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
  std::unique_ptr<Recording> recording_;
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
        controller_.press(logical(event.mouseButton.x, event.mouseButton.y), hits_,
                          sf::Keyboard::isKeyPressed(sf::Keyboard::LShift) ||
                              sf::Keyboard::isKeyPressed(sf::Keyboard::RShift));
      break;
    case sf::Event::MouseButtonReleased:
      controller_.release();
      break;
    case sf::Event::MouseWheelScrolled:
      controller_.wheel(event.mouseWheelScroll.delta, hits_);
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

/// P takes a picture, G and V begin or end a video. What goes wrong is told, and the window stays.
void Window::picture(int kind) {
  const sf::Vector2u size = window_.getSize();
  const int width = static_cast<int>(size.x), height = static_cast<int>(size.y);
  const std::string stem = fmt::format("media/{}-{}-{}", model_.info.task, model_.pace.seed,
                                       std::max(0, model_.sides.empty() ? 0 : model_.shown(0)));
  try {
    if (kind == 0) {
      Camera camera(width, height, scale_);
      write_png(stem + ".png", camera.shoot(model_), width, height);
      model_.toast = stem + ".png";
    } else if (recording_ == nullptr) {
      recording_ = std::make_unique<Recording>(stem + (kind == 1 ? ".gif" : ".mp4"),
                                               kind == 1 ? VideoKind::kGif : VideoKind::kMp4, width,
                                               height, scale_);
    } else {
      recording_->finish();
      model_.toast = recording_->file();
      recording_.reset();
    }
  } catch (const Error& error) {
    if (kind != 0) recording_.reset();
    model_.toast = error.what();
  }
  model_.is_recording = recording_ != nullptr;
}

void Window::record(double seconds) {
  if (recording_ == nullptr) return;
  try {
    recording_->follow(model_, seconds);
  } catch (const Error& error) {
    recording_.reset();
    model_.is_recording = false;
    model_.toast = error.what();
  }
}

void Window::run() {
  choose_screen(model_, request_);
  stage_.start();
  if (!request_.is_paused && !model_.sides.empty()) {
    Command play;
    play.kind = Command::kPlay;
    stage_.send(play);
  }
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
    const double seconds = duration<double>(now - last_frame).count();
    last_frame = now;
    controller_.follow(seconds);
    draw();
    record(seconds);
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
  if (recording_ != nullptr) recording_->finish();
}

}  // namespace

int run_window(Stage& stage, const ViewRequest& request) {
  const Display display = open_display();
  sf::err().rdbuf(nullptr);  // it warns of what is no fault: displays without vertical sync
  Window window(stage, request);
  window.open(false);
  window.run();
  return 0;
}

}  // namespace infodiet::viz
