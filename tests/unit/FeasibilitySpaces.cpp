// The Spaces of FeasibilitySpaces.h.  Constants are round numbers of the right size.
#include "FeasibilitySpaces.h"

namespace wsc::test {

using ir::Op;
using ir::Type;

std::vector<Rational> steps(Rational lo, Rational hi, Rational step) {
  std::vector<Rational> values;
  for (Rational *number : {&lo, &hi, &step})
    number->canonicalize();
  for (; lo <= hi; lo += step)
    values.push_back(lo);
  return values;
}

std::vector<Rational> powers(int lo, int hi) {
  std::vector<Rational> values;
  for (; lo <= hi; ++lo)
    values.push_back(Rational(1 << lo));
  return values;
}

// ---- random small spaces ----------------------------------------------------------------

namespace {
class Generator {
public:
  Generator(ir::Space &space, uint64_t seed) : space_(space), random_(seed) {}

  void run() {
    space_.enums.push_back({"mode", {"a", "b", "c"}});
    space_.tables.push_back({"macro",
                             1,
                             {{"size", Type::number()}, {"area", Type::number()}},
                             {{1, Rational(1, 3)}, {2, 2}, {4, Rational(7, 2)}, {6, -1}}});
    unsigned params = 2 + random_.below(4);
    for (unsigned i = 0; i < params; ++i)
      addParam(i);
    unsigned constraints = 1 + random_.below(5);
    for (unsigned i = 0; i < constraints; ++i)
      require("c" + std::to_string(i), truth(random_.below(3)));
  }

private:
  void addParam(unsigned i) {
    std::string name = "p" + std::to_string(i);
    switch (random_.below(6)) {
    case 0: enums_.push_back(open(space_, name, {0, 1, 2}, Type::enumeration(0))); return;
    case 1: bools_.push_back(open(space_, name, {0, 1}, Type::boolean())); return;
    case 2:
      numbers_.push_back(open(space_, name, steps(Rational(1, 10), 1, Rational(1, 10))));
      return;
    case 3: numbers_.push_back(open(space_, name, powers(0, 5))); return;
    default: {
      int lo = int(random_.below(7)) - 3;
      numbers_.push_back(open(space_, name, steps(lo, lo + int(random_.below(8)))));
    }
    }
  }

  Expr any(llvm::ArrayRef<Expr> list) { return list[random_.below(list.size())]; }
  Expr constant() {
    Rational value(int(random_.below(25)) - 6, 1 + random_.below(4));
    value.canonicalize();
    return wsc::test::number(space_, value);
  }

  Expr value(unsigned depth) {
    if (depth == 0)
      return numbers_.empty() || random_.below(4) == 0 ? constant() : any(numbers_);
    static const Op unary[] = {Op::Neg,  Op::Abs, Op::Floor, Op::Ceil, Op::Round,
                               Op::Sqrt, Op::Exp, Op::Log,   Op::Log2};
    static const Op binary[] = {Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Mod,
                                Op::Min, Op::Max, Op::Add, Op::Mul, Op::Pow};
    switch (random_.below(9)) {
    case 0: return numeric(unary[random_.below(std::size(unary))], {value(depth - 1)});
    case 1: return select(truth(depth - 1), value(depth - 1), value(depth - 1));
    case 2: return {&space_, space_.lookup(0, 1, {value(0).node})};
    case 3: return numeric(Op::AtLeast, {value(0), value(0), value(depth - 1)});
    case 4: return value(0);
    default:
      return numeric(binary[random_.below(std::size(binary))],
                     {value(depth - 1), value(depth - 1)});
    }
  }

  Expr truth(unsigned depth) {
    switch (random_.below(depth ? 12 : 6)) {
    case 0: return condition(Op::Lt, {value(depth), value(depth)});
    case 1: return value(depth) == value(depth);
    case 2:
      return enums_.empty()
                 ? value(depth) <= value(depth)
                 : any(enums_) ==
                       Expr{&space_, space_.constant(random_.below(3), Type::enumeration(0))};
    case 3: return bools_.empty() ? value(depth) <= value(depth) : any(bools_);
    case 6: return condition(Op::And, {truth(depth - 1), truth(depth - 1)});
    case 7: return condition(Op::Or, {truth(depth - 1), truth(depth - 1)});
    case 8: return condition(Op::Not, {truth(depth - 1)});
    case 9: return {&space_, space_.hasRow(0, {value(depth - 1).node})};
    default: return value(depth) <= value(depth);
    }
  }

  ir::Space &space_;
  Random random_;
  std::vector<Expr> numbers_, enums_, bools_;
};
} // namespace

std::unique_ptr<ir::Space> randomSpace(uint64_t seed) {
  auto space = std::make_unique<ir::Space>();
  Generator(*space, seed).run();
  return space;
}

// ---- the wafer --------------------------------------------------------------------------

static Expr log2(Expr a) { return numeric(Op::Log2, {a}); }
static Expr exp(Expr a) { return numeric(Op::Exp, {a}); }
static Expr sqrt(Expr a) { return numeric(Op::Sqrt, {a}); }
static Expr pow(Expr a, Expr b) { return numeric(Op::Pow, {a, b}); }
static Expr min(Expr a, Expr b) { return numeric(Op::Min, {a, b}); }
static Expr floor(Expr a) { return numeric(Op::Floor, {a}); }

std::unique_ptr<ir::Space> waferSpace(double petaflops, double watts, double memoryScale) {
  auto space = std::make_unique<ir::Space>();
  ir::Space &s = *space;
  s.enums.push_back({"dataflow", {"ws", "is", "os"}});
  s.enums.push_back({"integration", {"stitching", "info"}});
  auto tenths = [](int lo, int hi, int step) {
    return steps(Rational(lo, 10), Rational(hi, 10), Rational(step, 10));
  };

  Expr dataflow = open(s, "dataflow", {0, 1, 2}, Type::enumeration(0));
  Expr mac = open(s, "mac", powers(3, 12)), sram = open(s, "sram_kb", powers(5, 11));
  Expr buf = open(s, "buf_bw", powers(5, 12)), noc = open(s, "noc_bw", powers(5, 12));
  Expr coreH = open(s, "core_h", steps(1, 32)), coreW = open(s, "core_w", steps(1, 32));
  Expr ratio = open(s, "ir_ratio", tenths(2, 20, 2));
  Expr dram = open(s, "dram_bw", steps(0, 4, Rational(1, 4)));
  Expr retH = open(s, "ret_h", steps(1, 12)), retW = open(s, "ret_w", steps(1, 9));
  Expr integ = open(s, "integ", {0, 1}, Type::enumeration(1));
  Expr offchip = open(s, "offchip", steps(0, 64, 4)), spare = open(s, "spare", steps(0, 4));
  Expr clock = open(s, "clock", tenths(5, 16, 1)), wafers = open(s, "wafers", powers(0, 6));
  Expr tp = open(s, "tp", steps(1, 64)), pp = open(s, "pp", steps(1, 64));
  Expr dp = open(s, "dp", powers(0, 10)), mb = open(s, "mb", powers(0, 4));
  Expr group = open(s, "rg", {1, 2, 3, 4, 6, 8, 9, 12});
  Expr zero = open(s, "zero", {0, 1}, Type::boolean());
  auto num = [&](double value) { return number(s, fromDouble(value)); };
  auto isInfo = integ == Expr{&s, s.constant(1, Type::enumeration(1))};
  auto isOs = dataflow == Expr{&s, s.constant(2, Type::enumeration(0))};

  // Areas in mm^2, lengths in mm.
  Expr core = 0.0022 * mac + 0.0009 * sram * (1 + 0.05 * log2(buf)) + num(0.02) + 2e-8 * noc * noc +
              0.0001 * noc;
  Expr coreArea = core * (1 + 0.03 * dram);
  Expr side = sqrt(coreArea);
  Expr phy = select(isInfo, 0.4 + 0.0004 * ratio * noc, 0.1 + 0.00005 * ratio * noc);
  Expr height = coreH * side + 2.0 * phy, width = (coreW + spare) * side + 2.0 * phy;
  Expr area = height * width;
  Expr cores = coreH * coreW, reticles = retH * retW;
  Expr defects = 0.001 * coreArea;
  Expr coreYield = pow((num(1) - exp(-1.0 * defects)) / defects, num(2));
  Expr row = numeric(Op::AtLeast, {coreW, coreW + spare, coreYield});
  Expr reticleYield = pow(row, coreH);
  Expr yield = select(isInfo, pow(num(0.9995), reticles), pow(reticleYield, reticles));
  // Power in W, rates in Pflop/s.
  Expr voltage = 0.5 + 0.3 * clock;
  Expr macs = reticles * cores * mac;
  Expr dynamic =
      0.0004 * macs * clock * voltage * voltage + 0.00002 * reticles * cores * noc * clock;
  Expr power =
      dynamic + 0.08 * reticles * area + reticles * area / num(100) * dram * num(8) + 3.0 * offchip;
  Expr peak = 2e-6 * macs * clock;
  // Training on `wafers` wafers, tp * pp * dp groups of rg reticles.
  Expr perParam = select(zero, 4 + num(12) / dp, num(16));
  Expr memory = num(memoryScale) * (175.0 * perParam + 60.0 * mb) / (tp * pp); // GB
  Expr capacity =
      group * (1e-6 * cores * sram + 0.16 * dram * area) + 4.0 * offchip * group / reticles;
  Expr micro = num(1536) / (dp * mb);
  Expr stages = (pp - num(1)) / micro, bubble = num(1) - num(1) / (1 + stages);
  Expr utilization = min(num(1), 3.0 * buf / mac) * select(isOs, num(0.85), num(0.9));
  Expr memoryRate = 0.01 * dram * area + 0.001 * offchip; // TB/s per reticle
  Expr roofline = min(peak * utilization, 1.2 * reticles * memoryRate);
  Expr traffic = 0.02 * (tp - num(1)) * peak / (noc * ratio * coreH * reticles * clock);
  Expr perf = roofline / ((1 + stages) * (1 + traffic));

  require("ret_height", height <= 33), require("ret_width", width <= 26);
  require("ret_area", area <= 858);
  require("wafer_h", retH * (0.8 + height) <= 215), require("wafer_w", retW * (0.8 + width) <= 215);
  require("edge_fit", offchip <= 0.15 * (retH * height + retW * width));
  require("yield", yield >= 0.9), require("kgd", reticleYield >= 0.7);
  require("power", power <= watts);
  require("heat", power / (reticles * area) <= select(num(1) <= dram, num(0.7), num(1.2)));
  require("mem_fit", memory <= capacity);
  require("par_eq", tp * pp * dp * group == reticles * wafers);
  require("heads_div", numeric(Op::Mod, {num(96), tp}) == 0);
  require("layers_div", numeric(Op::Mod, {num(96), pp}) == 0);
  require("batch_div", micro == floor(micro));
  require("bubble", bubble <= 0.2), require("tp_wafer", tp * group <= reticles);
  require("buf_feed", mac <= 8.0 * buf), require("sram_tile", mac <= 4.0 * sram);
  require("noc_feed", 0.05 * mac <= noc), require("mem_bw", 0.05 * peak <= reticles * memoryRate);
  require("perf_floor", perf >= petaflops);
  return space;
}

} // namespace wsc::test
