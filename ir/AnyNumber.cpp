// Domains for columns of measurements.
#include "ir/AnyNumber.h"

namespace wsc::ir {

std::vector<Rational> anyNumber(bool integer) {
  Rational most = Rational(1) << (integer ? 53 : 1000);
  return {-most, integer ? Rational(0) : Rational(1, 2), most};
}

bool takesAnyNumber(const Param &param) {
  return param.domain.size() == 3 &&
         (param.domain == anyNumber(true) || param.domain == anyNumber(false));
}

} // namespace wsc::ir
