#pragma once

#include <SFML/Window/Event.hpp>

#include "viz/controller.hpp"

namespace infodiet::viz {

/// What SFML calls a key, in our words.
inline Key key_of(const sf::Event::KeyEvent& event) {
  using K = sf::Keyboard;
  switch (event.code) {
    case K::Space:
      return Key::kSpace;
    case K::Left:
      return Key::kLeft;
    case K::Right:
      return Key::kRight;
    case K::Home:
      return Key::kHome;
    case K::End:
      return Key::kEnd;
    case K::Hyphen:
    case K::Subtract:
      return Key::kMinus;
    case K::Equal:
    case K::Add:
      return Key::kPlus;
    case K::LBracket:
      return Key::kBracketLeft;
    case K::RBracket:
      return Key::kBracketRight;
    case K::Enter:
      return Key::kEnter;
    case K::Tab:
      return Key::kTab;
    case K::Escape:
      return Key::kEscape;
    case K::F11:
      return Key::kF11;
    case K::F1:
      return Key::kHelp;
    case K::Num1:
      return Key::k1;
    case K::Num2:
      return Key::k2;
    case K::Num3:
      return Key::k3;
    case K::Num4:
      return Key::k4;
    case K::A:
      return Key::kA;
    case K::B:
      return Key::kB;
    case K::F:
      return Key::kF;
    case K::G:
      return Key::kG;
    case K::H:
      return Key::kH;
    case K::L:
      return Key::kL;
    case K::M:
      return Key::kM;
    case K::N:
      return Key::kN;
    case K::P:
      return Key::kP;
    case K::R:
      return Key::kR;
    case K::T:
      return Key::kT;
    case K::U:
      return Key::kU;
    case K::V:
      return Key::kV;
    default:
      return Key::kNone;
  }
}

}  // namespace infodiet::viz
