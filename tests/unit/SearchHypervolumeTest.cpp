// Hypervolumes and box decompositions against inclusion and exclusion, and against each other.
#include "search/Hypervolume.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace wsc::search {
namespace {

/// Sum over all subsets of the volume that all their points dominate.
double byInclusionExclusion(const Points &points, const std::vector<double> &reference) {
  double total = 0;
  for (unsigned subset = 1; subset < 1u << points.rows(); ++subset) {
    double common = __builtin_popcount(subset) % 2 ? 1 : -1;
    for (unsigned k = 0; k < reference.size(); ++k) {
      double corner = -HUGE_VAL;
      for (unsigned i = 0; i < points.rows(); ++i)
        if (subset >> i & 1)
          corner = std::max(corner, points(i, k));
      common *= std::max(0.0, reference[k] - corner);
    }
    total += common;
  }
  return total;
}

/// Some points on a coarse grid, so that there are ties, duplicates and points beyond the
/// reference; the others near a sphere.
Points randomPoints(std::mt19937_64 &random, unsigned n, unsigned m) {
  Points points(n, m);
  const bool coarse = random() % 2;
  std::normal_distribution<double> normal;
  for (unsigned i = 0; i < n; ++i) {
    double norm = 0;
    for (unsigned k = 0; k < m; ++k) {
      points(i, k) = coarse ? double(random() % 6) / 5 : std::fabs(normal(random));
      norm += points(i, k) * points(i, k);
    }
    if (!coarse)
      points.row(i) /= std::sqrt(norm);
  }
  return points;
}

TEST(SearchHypervolume, IsThatOfInclusionAndExclusion) {
  std::mt19937_64 random(7);
  for (unsigned trial = 0; trial < 600; ++trial) {
    const unsigned m = 1 + random() % 7, n = random() % 11;
    const Points points = randomPoints(random, n, m);
    const std::vector<double> reference(m, random() % 2 ? 1.1 : 0.9);
    EXPECT_NEAR(hypervolume(points, reference), byInclusionExclusion(points, reference), 1e-12)
        << m << " objectives, " << n << " points";
  }
}

/// Volume of the boxes above a lower corner.
double volumeAbove(const Boxes &boxes, double lower) {
  double total = 0;
  for (size_t b = 0; b < boxes.size(); ++b) {
    double volume = 1;
    for (unsigned k = 0; k < boxes.dimensions(); ++k) {
      const Boxes::Side side = boxes.sides[b * boxes.dimensions() + k];
      volume *= boxes.levels[k][side.upper] - std::max(lower, boxes.levels[k][side.lower]);
    }
    total += volume;
  }
  return total;
}

TEST(SearchHypervolume, BoxesAreTheRest) {
  std::mt19937_64 random(8);
  for (unsigned trial = 0; trial < 200; ++trial) {
    const unsigned m = 1 + random() % 5, n = random() % 40;
    const Points points = randomPoints(random, n, m);
    const std::vector<double> reference(m, 1.1);
    const Boxes boxes = undominatedBoxes(points, reference);
    EXPECT_NEAR(volumeAbove(boxes, -0.5) + hypervolume(points, reference), std::pow(1.6, m), 1e-11)
        << m << " objectives, " << n << " points";
  }
}

TEST(SearchHypervolume, GrowsByWhatAPointDominatesOfTheBoxes) {
  std::mt19937_64 random(10);
  for (unsigned trial = 0; trial < 200; ++trial) {
    const unsigned m = 1 + random() % 5, n = 1 + random() % 20;
    const Points points = randomPoints(random, n + 1, m), before = points.topRows(n);
    const std::vector<double> reference(m, 1.1);
    const std::vector<double> added(points.row(n).begin(), points.row(n).end());
    EXPECT_NEAR(undominatedBoxes(before, reference).volumeOf(added),
                hypervolume(points, reference) - hypervolume(before, reference), 1e-12);
  }
}

TEST(SearchHypervolume, BoxesAreDisjointAndUndominated) {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> uniform(-0.2, 1.1);
  for (unsigned trial = 0; trial < 100; ++trial) {
    const unsigned m = 2 + random() % 3;
    const Points points = randomPoints(random, 20, m);
    const std::vector<double> reference(m, 1.1);
    const Boxes boxes = undominatedBoxes(points, reference);
    if (m < 4) {
      EXPECT_LE(boxes.size(), (m - 1) * points.rows() + 1u);
    }
    for (unsigned probe = 0; probe < 50; ++probe) {
      std::vector<double> at(m);
      for (double &value : at)
        value = uniform(random);
      bool dominated = false;
      for (unsigned i = 0; i < points.rows(); ++i) {
        bool below = true;
        for (unsigned k = 0; k < m; ++k)
          below = below && points(i, k) <= at[k];
        dominated = dominated || below;
      }
      unsigned inside = 0;
      for (size_t b = 0; b < boxes.size(); ++b) {
        bool isIn = true;
        for (unsigned k = 0; k < m; ++k) {
          const Boxes::Side side = boxes.sides[b * m + k];
          isIn =
              isIn && boxes.levels[k][side.lower] <= at[k] && at[k] < boxes.levels[k][side.upper];
        }
        inside += isIn;
      }
      EXPECT_EQ(inside, dominated ? 0u : 1u);
    }
  }
}

} // namespace
} // namespace wsc::search
