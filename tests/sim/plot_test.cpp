#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "env/core/error.hpp"
#include "sim/plot/plot.hpp"
#include "sim/plot/scale.hpp"
#include "sim/plot/svg_look.hpp"
#include "sim/plot/xml.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/well_formed.hpp"

namespace infodiet::test {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

std::vector<std::string> labels_of(const Scale& scale) {
  std::vector<std::string> labels;
  for (const Tick& tick : scale.ticks)
    if (!tick.label.empty()) labels.push_back(tick.label);
  return labels;
}

using Words = std::vector<std::string>;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

Plot plot_of(std::vector<double> x, std::vector<double> y) {
  return {"title", {"x"}, {"y", "min"}, {{"ours", std::move(x), std::move(y)}}, ""};
}

}  // namespace

TEST_CASE("fitted_scale: ticks are at 1, 2 or 5 times a power of ten", "[sim][plot]") {
  CHECK(labels_of(fitted_scale(0, 1, false, ScaleEnds::kOnTicks)) ==
        Words{"0", "0.2", "0.4", "0.6", "0.8", "1.0"});
  CHECK(labels_of(fitted_scale(103, 890, false, ScaleEnds::kOnTicks)) ==
        Words{"0", "200", "400", "600", "800", "1000"});
  CHECK(labels_of(fitted_scale(-0.013, 0.011, false, ScaleEnds::kOnTicks)) ==
        Words{"−0.015", "−0.010", "−0.005", "0", "0.005", "0.010", "0.015"});
  CHECK(labels_of(fitted_scale(0, 3.1e6, false, ScaleEnds::kOnTicks)) ==
        Words{"0", "10⁶", "2×10⁶", "3×10⁶", "4×10⁶"});
  CHECK(labels_of(fitted_scale(60, 960, true, ScaleEnds::kTight)) ==
        Words{"100", "200", "500", "1000"});
  CHECK(labels_of(fitted_scale(1e-5, 10, true, ScaleEnds::kOnTicks)) ==
        Words{"10⁻⁵", "0.0001", "0.001", "0.01", "0.1", "1", "10"});
  CHECK(labels_of(fitted_scale(1e-12, 1, true, ScaleEnds::kOnTicks)) ==
        Words{"10⁻¹²", "10⁻¹⁰", "10⁻⁸", "10⁻⁶", "0.0001", "0.01", "1"});
  CHECK(labels_of(fitted_scale(0.95, 1.04, true, ScaleEnds::kTight)).size() >= 3);
}

TEST_CASE("fitted_scale: whatever the numbers, they lie on it and ticks rise inside it",
          "[sim][plot]") {
  const std::vector<double> numbers = {0,   1,   -1,    1e-12,  -1e-12, 0.3,  17,
                                       -17, 1e9, -3e15, 1e-300, kNaN,   kInf, -kInf};
  for (const double low : numbers) {
    for (const double high : numbers) {
      for (const bool log : {false, true}) {
        for (const ScaleEnds ends : {ScaleEnds::kTight, ScaleEnds::kOnTicks}) {
          CAPTURE(low, high, log);
          const Scale scale = fitted_scale(low, high, log, ends);
          CHECK(scale.low < scale.high);
          CHECK(labels_of(scale).size() >= 2);
          CHECK(scale.ticks.size() < 80);
          double last = -kInf;
          for (const Tick& tick : scale.ticks) {
            CHECK(tick.value > last);
            CHECK(scale.place(tick.value) > -1e-6);
            CHECK(scale.place(tick.value) < 1 + 1e-6);
            last = tick.value;
          }
          for (const double number : {low, high}) {
            if (!std::isfinite(number) || (log && number <= 0)) continue;
            CHECK(scale.place(number) > -1e-6);
            CHECK(scale.place(number) < 1 + 1e-6);
          }
        }
      }
    }
  }
}

TEST_CASE("Scale: a logarithmic axis gives every decade the same length", "[sim][plot]") {
  const Scale scale = fitted_scale(1, 1000, true, ScaleEnds::kOnTicks);
  CHECK(scale.place(10) - scale.place(1) == Approx(1.0 / 3));
  CHECK(scale.place(1000) - scale.place(100) == Approx(1.0 / 3));
  CHECK(scale.place(0) < -100);
}

TEST_CASE("svg: it is well-formed, whatever the texts hold, and the same bytes each time",
          "[sim][plot]") {
  Plot plot = plot_of({1, 2, 3}, {1, 4, 9});
  const std::string hostile = "a < b & \"c\" > 'd' \x02";
  plot.title = plot.note = plot.x.label = plot.y.unit = plot.series[0].label = hostile;
  for (const SvgUse use : {SvgUse::kFile, SvgUse::kInline}) {
    const std::string drawn = svg(plot, use);
    CHECK(not_well_formed(drawn) == "");
    CHECK(drawn == svg(plot, use));
    CHECK(drawn.find("a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;") != drawn.npos);
    CHECK(drawn.find("viewBox=\"0 0 640 440\"") != drawn.npos);
    CHECK(drawn.find(" id=") == drawn.npos);  // would clash in a page of many
  }
}

TEST_CASE("svg: over names there are markers side by side, and no line joins them", "[sim][plot]") {
  Plot plot = plot_of({1, 2, 3}, {-1, 4, 9});
  plot.series.push_back({"more", {1, 2, 3}, {2, 3, 4}, {1, 2, 3}, {3, 4, 5}});
  const std::string numbers = svg(plot);
  CHECK(count(numbers, "stroke-linejoin") == 4);  // two lines and their samples in the legend
  CHECK(count(numbers, "fill-opacity=\"0.2\"") == 1);
  plot.x.names = {"one <", "two", "three"};
  const std::string names = svg(plot);
  CHECK(not_well_formed(names) == "");
  CHECK(count(names, "stroke-linejoin") == 0);
  CHECK(count(names, "fill-opacity=\"0.2\"") == 0);  // a bar for each interval in place of a ribbon
  CHECK(count(names, "stroke-width=\"1.6\"") == 3);
  for (const char* label : {">one &lt;<", ">two<", ">three<"}) CHECK(count(names, label) == 1);
  // of each name, the square of the second series stands well to the right of the first one's
  // circle
  const auto places = [&names](const std::string& marker) {
    std::vector<double> x;
    const std::regex pattern(marker + "([0-9.]+)");
    for (std::sregex_iterator it(names.begin(), names.end(), pattern), end; it != end; ++it)
      x.push_back(std::stod((*it)[1]));
    return x;
  };
  const std::vector<double> circles = places("<circle cx=\""), squares = places("points=\"");
  REQUIRE((circles.size() == 4 && squares.size() == 4));  // the first of each is in the legend
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(squares[i] > circles[i] + 10);
    if (i < 3) CHECK(squares[i] < circles[i + 1]);
  }
}

TEST_CASE("svg: every text lies inside the drawing", "[sim][plot]") {
  Plot plot = plot_of({1e-5, 1, 1e7}, {-4e-6, 3, 1e9});
  plot.title = "A title in many words that is far too long to find room in one line of a drawing";
  plot.note = plot.title + ", as the note";
  plot.x = {plot.title, "items/h", true};
  for (int i = 0; i < 12; ++i) {
    plot.series.push_back(plot.series[0]);
    plot.series.back().label = plot.title.substr(0, 7 * i);
  }
  const std::string drawn = svg(plot);
  std::smatch box;
  REQUIRE(std::regex_search(drawn, box, std::regex("viewBox=\"0 0 640 (\\d+)\"")));
  const double height = std::stod(box[1]);
  CHECK(height > 440);  // it grew, so that room is left for the data
  const std::regex text("<text x=\"([-.0-9]+)\" y=\"([-.0-9]+)\"");
  int texts = 0;
  for (std::sregex_iterator it(drawn.begin(), drawn.end(), text), end; it != end; ++it, ++texts) {
    CHECK(std::stod((*it)[1]) >= 0);
    CHECK(std::stod((*it)[1]) <= 640);
    CHECK(std::stod((*it)[2]) >= 0);
    CHECK(std::stod((*it)[2]) <= height);
  }
  CHECK(texts > 20);
}

TEST_CASE("svg: points that are no numbers are left out, and the line has a gap there",
          "[sim][plot]") {
  Plot plot = plot_of({1, 2, 3, 4, 5}, {1, 2, kNaN, 4, 5});
  plot.series[0].label = "";
  const std::string drawn = svg(plot);
  CHECK(drawn.find("nan") == drawn.npos);
  CHECK(drawn.find("inf") == drawn.npos);
  CHECK(count(drawn, "<circle") == 4);
  CHECK(count(drawn, "<path d=\"M") == 2);  // before and after the gap

  const std::string none = svg(plot_of({1, 2}, {kNaN, kNaN}));
  CHECK(none.find("no points") != none.npos);
  CHECK(not_well_formed(none) == "");
  CHECK(svg({"empty", {"x"}, {"y"}, {}, ""}).find("no points") != none.npos);

  plot.y.log = true;
  plot.series[0].y = {0, -1, 10, 20, 30};  // two that a logarithmic axis cannot show
  CHECK(count(svg(plot), "<circle") == 3);
}

TEST_CASE("svg: intervals are ribbons around lines and bars around single points", "[sim][plot]") {
  Plot plot = plot_of({1, 2, 3, 4}, {1, 2, 3, 4});
  CHECK(count(svg(plot), "fill-opacity=\"0.2\"") == 0);
  plot.series[0].low = {0.5, 1.5, 2.5, 3.5};
  plot.series[0].high = {1.5, 2.5, 3.5, 4.5};
  CHECK(count(svg(plot), "fill-opacity=\"0.2\"") == 1);
  plot.series[0].low[1] = kNaN;  // splits off the first point
  const std::string drawn = svg(plot);
  CHECK(count(drawn, "fill-opacity=\"0.2\"") == 1);
  CHECK(count(drawn, "stroke-width=\"1.6\"") == 1);
  CHECK(drawn.find("nan") == drawn.npos);
}

TEST_CASE("svg: an interval that is far too wide does not hide the points", "[sim][plot]") {
  Plot plot = plot_of({1, 2, 3}, {1, 2, 3});
  plot.series[0].low = {-1e6, -1e6, -1e6};
  plot.series[0].high = {1e6, 1e6, 1e6};
  const std::string drawn = svg(plot);
  CHECK(drawn.find(">10⁶<") == drawn.npos);
  CHECK(drawn.find(">3<") + drawn.find(">4<") != 2 * drawn.npos);
}

TEST_CASE("svg_looks: no two of six lines share a colour, a dash or a marker", "[sim][plot]") {
  std::vector<PlotSeries> series(6);
  std::set<std::string> colours, dashes, markers, open;
  for (const SvgLook& look : svg_looks(series)) {
    colours.insert(look.colour);
    dashes.insert(look.dash);
    markers.insert(std::regex_replace(look.marker(0, 0), std::regex("fill=.*"), ""));
  }
  CHECK(colours.size() == 6);
  CHECK(dashes.size() == 6);
  CHECK(markers.size() == 6);
  for (PlotSeries& one : series) one.look = PlotSeries::Look::kPoints;
  for (const SvgLook& look : svg_looks(series)) open.insert(look.marker(0, 0));
  CHECK(open.size() == 6);
}

TEST_CASE("svg: arrays that do not belong together are refused by name", "[sim][plot]") {
  Plot plot = plot_of({1, 2}, {1});
  try {
    svg(plot);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("plot 'title', series 'ours': 2 x, 1 y") == 0);
  }
  plot = plot_of({1, 2}, {1, 2});
  plot.series[0].low = {1, 2};
  CHECK_THROWS_AS(svg(plot), Error);
}

TEST_CASE("not_well_formed: it finds each kind of fault", "[sim][plot]") {
  CHECK(not_well_formed("<a b=\"1\"><c/>&amp;</a>\n") == "");
  for (const char* wrong : {"", "<a>", "<a></b>", "<a>&</a>", "<a b=1/>", "<a b=\"<\"/>",
                            "<a b=\"1\" b=\"2\"/>", "<a/><b/>", "<a>\x01</a>", "<a/>text", "<a b"})
    CHECK(not_well_formed(wrong) != "");
}

}  // namespace infodiet::test
