# The files of a report as bytes in a C++ source.
#
#   cmake -DOUTPUT=... -DFOLDER=... -DLIBRARY=.../d3.min.js -P Embed.cmake
set(text "#include \"report/Assets.h\"\nnamespace wsc::report::assets {\n")
function(embed name path)
  file(READ ${path} bytes HEX)
  string(LENGTH "${bytes}" size)
  math(EXPR size "${size} / 2")
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND text "static const unsigned char ${name}Bytes[] = {${bytes}0};\n"
    "const llvm::StringRef ${name}(reinterpret_cast<const char *>(${name}Bytes), ${size});\n")
  set(text "${text}" PARENT_SCOPE)
endfunction()
embed(page ${FOLDER}/page.html)
embed(style ${FOLDER}/style.css)
embed(script ${FOLDER}/script.js)
embed(library ${LIBRARY})
file(WRITE ${OUTPUT} "${text}}\n")
