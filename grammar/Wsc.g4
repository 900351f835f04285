// The grammar of the wsc language: what a .wsc file may look like.
//
// Meaning (names, units, refinement) belongs to frontend/; docs/language.md is the
// reference.  One thing is not visible here: after a NUMBER, on the same line, the
// token filter of frontend/ParseTokens.cpp turns an adjacent name into a UNIT token
// (`2 TB/s`, `0.15 pJ/bit/mm`, `90 %`), so that units never collide with names.
grammar Wsc;

/// Made by the token filter alone.
tokens { UNIT }

file : header? importDecl* decl* EOF ;

header     : 'wsc' NUMBER ;
importDecl : 'import' path ('as' name)? ';'? ;

/// What is `private` cannot be named by files that import this one.
decl
  : 'private'? (enumDecl | constDecl | fnDecl | tableDecl | componentDecl)
  | dimensionDecl | unitDecl | interfaceDecl | exploreDecl
  ;

// ---- vocabulary: dimensions, units, enums -------------------------------------------

dimensionDecl : 'dimension' name ('=' type)? ';'? ;
unitDecl      : 'unit' (name | '%') (':' type)? ('=' value=expr)? ('offset' offset=expr)?
                ('prefixes' name (',' name)*)? ';'? ;
enumDecl      : 'enum' name '{' name (',' name)* ','? '}' ;

/// A product of powers of dimensions (`energy/data/length`, `1/area`), or the name of an
/// enum, a component, `int`, `real` or `bool`.
type       : typeFactor (op+=('*' | '/') typeFactor)* ;
typeFactor : path ('^' '-'? NUMBER)? | NUMBER ;

// ---- values with provenance ---------------------------------------------------------

constDecl  : 'const' name (':' type)? '=' expr provenance* ';'? ;
provenance : 'from' text | 'assumed' | 'within' expr '..' expr ;
/// Strings that follow one another are one text, so that it fits on lines.
text       : STRING+ ;

fnDecl    : 'fn' name '(' (parameter (',' parameter)*)? ')' (':' type)? '=' expr provenance* ';'? ;
parameter : name (':' type)? ;

tableDecl : 'table' name '(' column (',' column)* ')' '->' '(' column (',' column)* ')'
            '{' tableRow* '}' provenance* ';'? ;
/// Between the rows of a `linear` key, results are interpolated.
column    : 'linear'? name ':' type ;
tableRow  : expr (',' expr)* ':' expr (',' expr)* ('from' text)? ';'? ;

// ---- what the evaluators read and report ---------------------------------------------

interfaceDecl : 'interface' name '{' (interfaceField | metricDecl)* '}' ;
interfaceField : path ':' type ('in' domain)? ('=' expr)? ';'? ;
metricDecl     : 'metric' name ':' type ';'? ;

// ---- components -----------------------------------------------------------------------

/// A suite says where the rows are that fill its open fields: `from "data/rows.csv"`.
componentDecl : role name (':' path)? ('from' text)? block ;
role  : 'component' | 'technology' | 'chip' | 'model' | 'workload' | 'strategy' | 'suite' ;
block : '{' (member end)* '}' ;

/// A rule of its own, so that a statement that does not end is a mistake in here, and the parser goes
/// on with the next one.
end : ';'? ;

member
  : 'param' name (',' name)* ':' type ('in' domain)? ('=' expr provenance*)?  # paramMember
  | 'override'? 'let' name (':' type ('in' domain)?)? '=' expr provenance*  # letMember
  | 'require' name ':' expr ('else' text)?                                  # requireMember
  | 'prefer' name ':' expr 'weight' expr                                    # preferMember
  | name (',' name)* '=' expr provenance*                                   # fixMember
  | name (',' name)* 'in' domain                                            # openMember
  | name ':' path ('[' expr (',' expr)* ']')? block?                        # nestedMember
  | 'group' name ':' path block?                                            # groupMember
  | name block                                                              # refineMember
  ;

exploreDecl : 'explore' name? '{' (exploreItem end)* '}' ;
exploreItem
  : ('maximize' | 'minimize') expr                                          # objectiveItem
  | 'require' name ':' expr ('else' text)?                                  # exploreRequire
  | 'prefer' name ':' expr 'weight' expr                                    # explorePrefer
  | name '=' expr                                                           # settingItem
  ;

// ---- domains: lists of values, or what lies between limits ------------------------------

domain
  : domainTerm (op+=('union' | 'except') domainTerm)*                       # listDomain
  | limit ('and' limit)?                                                    # limitsDomain
  ;
/// `> 0 Hz`, or `> 0 and <= 1`.
limit : op=('>' | '>=' | '<' | '<=') expr ;

domainTerm
  : expr '..' expr ('step' expr)?                                           # rangeDomain
  | '{' expr (',' expr)* ','? '}'                                           # setDomain
  | 'pow2' '(' expr '..' expr ')'                                           # pow2Domain
  | 'divisors' '(' expr ')'                                                 # divisorsDomain
  | 'multiples' '(' expr ',' expr '..' expr ')'                             # multiplesDomain
  | path                                                                    # typeDomain
  ;

// ---- expressions -----------------------------------------------------------------------

/// Operands with operators between them: how tightly each binds is a table in frontend/ParseOperators.cpp.
/// A rule for each level, or one that is left-recursive, costs ANTLR five times as much.
expr    : operand (infix operand)* ;
operand : prefix* primary postfix* ;

prefix  : '-' | 'not' ;
infix
  : '^' | '*' | '/' | 'mod' | '+' | '-' | 'within' expr 'of'
  | '<=' | '<' | '>=' | '>' | '==' | '!=' | 'and' | 'or' | 'implies'
  ;
postfix
  : '.' name                                                                # fieldPostfix
  | '(' (expr (',' expr)*)? ')'                                             # callPostfix
  ;
primary
  : NUMBER UNIT?                                                            # numberExpr
  | name                                                                    # nameExpr
  | '(' expr ')'                                                            # groupExpr
  | name '(' name 'in' domain ':' expr ')'                                  # foldExpr
  | 'if' expr 'then' expr 'else' expr                                       # ifExpr
  | 'match' expr '{' matchCase (',' matchCase)* ','? '}'                    # matchExpr
  ;

matchCase  : ('else' | expr) ':' expr ;

path : name ('.' name)* ;

// Words of the grammar that stay free as names: a chip has a field `model`, a table a
// column `unit`.  Only the words that an expression or a member can start or continue with
// are reserved.
name
  : NAME | 'wsc' | 'as' | 'dimension' | 'unit' | 'enum' | 'table' | 'prefixes' | 'assumed'
  | 'interface' | 'metric' | 'component' | 'technology' | 'chip' | 'model' | 'workload'
  | 'strategy' | 'suite' | 'explore' | 'weight' | 'of' | 'step' | 'pow2' | 'divisors' | 'multiples'
  | 'maximize' | 'minimize' | 'from' | 'private' | 'group' | 'linear' | 'offset'
  ;

// ---- tokens, which frontend/ParseScan.cpp finds as these rules say --------------------------

NUMBER : DIGITS ('.' DIGITS)? ([eE] [+-]? DIGITS)? ;
fragment DIGITS : [0-9] ('_'? [0-9])* ;
/// Beyond ASCII every character, of which frontend/ParseStrays.cpp leaves letters and digits.
NAME   : [a-zA-Z_\u0080-\u{10FFFF}] [a-zA-Z0-9_\u0080-\u{10FFFF}]* ;
STRING : '"' (~["\\\r\n] | '\\' .)* '"' ;

DOC     : '///' ~[\r\n]* -> channel(HIDDEN) ;
COMMENT : '//' ~[\r\n]* -> channel(HIDDEN) ;
SPACE   : [ \t\r\n]+ -> channel(HIDDEN) ;
STRAY   : . ;
