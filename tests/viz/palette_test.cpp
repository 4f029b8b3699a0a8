#include <array>
#include <cmath>
#include <numbers>
#include <span>

#include "tests/support/catch.hpp"
#include "viz/theme.hpp"

namespace infodiet::test {
namespace {

using viz::Colour;
using Triple = std::array<double, 3>;

Triple linear(Colour c) {
  const auto one = [](int v) {
    const double x = v / 255.0;
    return x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
  };
  return {one(c.r), one(c.g), one(c.b)};
}

Triple times(const std::array<Triple, 3>& m, const Triple& v) {
  Triple out{};
  for (int i = 0; i < 3; ++i) out[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
  return out;
}

/// How eyes see: normal, and without long, middle or short cones. Machado, Oliveira & Fernandes
/// 2009, doi:10.1109/TVCG.2009.113, severity 1, on linear light.
constexpr std::array<std::array<Triple, 3>, 4> kEyes = {{
    {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}},
    {{{0.152286, 1.052583, -0.204868},
      {0.114503, 0.786281, 0.099216},
      {-0.003882, -0.048116, 1.051998}}},
    {{{0.367322, 0.860646, -0.227968},
      {0.280085, 0.672501, 0.047413},
      {-0.011820, 0.042940, 0.968881}}},
    {{{1.255528, -0.076749, -0.178779},
      {-0.078411, 0.930809, 0.147602},
      {0.004733, 0.691367, 0.303900}}},
}};

/// CIELAB under D65.
Triple lab(const Triple& rgb) {
  const std::array<Triple, 3> to_xyz = {{{0.4124564, 0.3575761, 0.1804375},
                                         {0.2126729, 0.7151522, 0.0721750},
                                         {0.0193339, 0.1191920, 0.9503041}}};
  Triple clipped = rgb;
  for (double& x : clipped) x = std::min(1.0, std::max(0.0, x));
  const Triple xyz = times(to_xyz, clipped);
  const auto f = [](double t) {
    return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
  };
  const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

/// CIEDE2000: Sharma, Wu & Dalal 2005, doi:10.1002/col.20070.
double ciede2000(const Triple& a, const Triple& b) {
  constexpr double kPi = std::numbers::pi;
  const double c1 = std::hypot(a[1], a[2]), c2 = std::hypot(b[1], b[2]);
  const double c7 = std::pow((c1 + c2) / 2, 7);
  const double g = 0.5 * (1 - std::sqrt(c7 / (c7 + std::pow(25.0, 7))));
  const double a1 = (1 + g) * a[1], a2 = (1 + g) * b[1];
  const double k1 = std::hypot(a1, a[2]), k2 = std::hypot(a2, b[2]);
  const auto hue = [](double y, double x) {
    if (x == 0 && y == 0) return 0.0;
    const double h = std::atan2(y, x);
    return h < 0 ? h + 2 * std::numbers::pi : h;
  };
  const double h1 = hue(a[2], a1), h2 = hue(b[2], a2);
  double dh = h2 - h1;
  if (k1 * k2 == 0) dh = 0;
  if (dh > kPi) dh -= 2 * kPi;
  if (dh < -kPi) dh += 2 * kPi;
  const double dl = b[0] - a[0], dc = k2 - k1, dhh = 2 * std::sqrt(k1 * k2) * std::sin(dh / 2);
  const double l = (a[0] + b[0]) / 2, k = (k1 + k2) / 2;
  double h = h1 + h2;
  if (k1 * k2 != 0)
    h = std::abs(h1 - h2) <= kPi ? h / 2 : (h < 2 * kPi ? h + 2 * kPi : h - 2 * kPi) / 2;
  const double t = 1 - 0.17 * std::cos(h - kPi / 6) + 0.24 * std::cos(2 * h) +
                   0.32 * std::cos(3 * h + kPi / 30) - 0.20 * std::cos(4 * h - 63 * kPi / 180);
  const double k7 = std::pow(k, 7);
  const double rc = 2 * std::sqrt(k7 / (k7 + std::pow(25.0, 7)));
  const double turn = 30 * kPi / 180 * std::exp(-std::pow((h * 180 / kPi - 275) / 25, 2));
  const double sl = 1 + 0.015 * (l - 50) * (l - 50) / std::sqrt(20 + (l - 50) * (l - 50));
  const double sc = 1 + 0.045 * k, sh = 1 + 0.015 * k * t;
  return std::sqrt(dl / sl * dl / sl + dc / sc * dc / sc + dhh / sh * dhh / sh -
                   std::sin(2 * turn) * rc * dc / sc * dhh / sh);
}

/// The smallest distance between any two, over all kinds of eyes.
double least_distance(std::span<const Colour> colours) {
  double least = 1e9;
  for (const auto& eye : kEyes) {
    for (std::size_t i = 0; i < colours.size(); ++i) {
      for (std::size_t j = i + 1; j < colours.size(); ++j)
        least = std::min(least, ciede2000(lab(times(eye, linear(colours[i]))),
                                          lab(times(eye, linear(colours[j])))));
    }
  }
  return least;
}

double contrast(Colour a, Colour b) {
  const auto luminance = [](Colour c) {
    const Triple l = linear(c);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
  };
  const double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
  return x > y ? x / y : y / x;
}

}  // namespace

TEST_CASE("Palette: CIEDE2000 is that of its authors", "[viz]") {
  // pairs 1 and 25 of Sharma, Wu & Dalal 2005, table 1
  CHECK(ciede2000({50, 2.6772, -79.7751}, {50, 0, -82.7485}) == Approx(2.0425).margin(1e-4));
  CHECK(ciede2000({60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}) ==
        Approx(1.2644).margin(1e-4));
}

TEST_CASE("Palette: colours of one set differ to every kind of eye", "[viz]") {
  CHECK(least_distance(viz::theme::kHeads) > 20);
  CHECK(least_distance(viz::theme::kMeasures) > 12);
  CHECK(least_distance(viz::theme::kTopics) > 10);
  CHECK(least_distance(viz::theme::kSides) > 20);
  // two shades that a person without middle cones takes for one are found
  const Colour alike[] = {viz::rgb(0xA0A000), viz::rgb(0xC09000)};
  CHECK(least_distance(alike) < 10);
}

TEST_CASE("Palette: letters stand out from what they are written on", "[viz]") {
  using namespace viz::theme;
  for (const Colour ground : {kPanelTop, kPanel, kWell, kGround}) {
    CHECK(contrast(kText, ground) > 12);
    CHECK(contrast(kTextMid, ground) > 7);
    CHECK(contrast(kTextLow, ground) > 4.5);
    for (const Colour c : kHeads) CHECK(contrast(c, ground) > 4.5);
    for (const Colour c : kTopics) CHECK(contrast(c, ground) > 4.5);
  }
  for (float share = 0; share <= 1; share += 0.02f)
    CHECK(contrast(heat(share), on_heat(share)) > 3);
}

TEST_CASE("Palette: more heat is lighter to every kind of eye", "[viz]") {
  for (const auto& eye : kEyes) {
    double before = -1;
    for (float share = 0; share <= 1.001f; share += 0.1f) {
      const double lightness = lab(times(eye, linear(viz::theme::heat(share))))[0];
      CHECK(lightness > before);
      before = lightness;
    }
  }
}

}  // namespace infodiet::test
