# What tells versions of the evaluators apart: a digest of their sources, as a header.
#
#   cmake -DROOT=... -DOUTPUT=... -P EvaluatorDigest.cmake
file(GLOB sources RELATIVE ${ROOT} ${ROOT}/evaluation/* ${ROOT}/network/*)
list(SORT sources)
set(all "")
foreach(source ${sources})
  file(SHA256 ${ROOT}/${source} digest)
  string(APPEND all "${source} ${digest}\n")
endforeach()
string(SHA256 digest "${all}")
string(SUBSTRING ${digest} 0 16 digest)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define WSC_EVALUATOR_DIGEST \"${digest}\"\n")
