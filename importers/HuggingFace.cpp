// Hugging Face: the config.json of a language model, as the `model` of std.llm that it is.
//
// A family differs from another in few ways, listed in HuggingFace.def; the names of the fields
// have changed over the years, so each has several.
#include "importers/Importer.h"

#include "llvm/Support/Path.h"
#include <set>

namespace wsc::importers {

namespace {

enum class Kind { Transformer, MixtureOfExperts, LatentAttention };
enum class Biases { None, Query, All };

struct Family {
  llvm::StringRef type;
  Kind kind;
  llvm::StringRef base; ///< the model of std.llm
  unsigned matrices;
  bool tied;
  unsigned norm, norms;
  Biases biases;
};

constexpr Family families[] = {
#define FAMILY(type, kind, matrices, tied, norm, norms, biases)                                    \
  {type, Kind::kind, "llm." #kind, matrices, tied, norm, norms, Biases::biases},
#include "importers/HuggingFace.def"
};

/// One configuration on its way into the draft.
class Config {
public:
  Config(const Json &root, const Family &family, Reader &reader, Draft &draft)
      : root_(root), family_(family), reader_(reader), draft_(draft) {}

  void write() {
    writeShape();
    if (family_.kind == Kind::LatentAttention)
      writeLatentAttention();
    else
      writeAttention();
    writeFeedForward();
    if (family_.kind != Kind::Transformer)
      writeExperts();
    writeEmbeddings();
    writeVectors();
  }

private:
  using Number = Reader::Number;
  using Keys = std::initializer_list<llvm::StringRef>;

  void writeShape();
  void writeAttention();
  void writeLatentAttention();
  void writeFeedForward();
  void writeExperts();
  void writeEmbeddings();
  void writeVectors();
  Number keyValueHeads();
  unsigned denseLayers();
  Number sharedExperts(const Number &width);

  bool is(llvm::StringRef type) const { return family_.type == type; }
  std::string because() const { return "model_type " + family_.type.str(); }

  /// Copies a whole number; its origin is its name in the file.
  Number copy(llvm::StringRef field, Keys keys) { return copy(field, reader_.count(root_, keys)); }
  Number copy(llvm::StringRef field, const Number &number) {
    if (number)
      draft_.fix(field, decimal(number.value), number.at->path());
    return number;
  }
  void mustDivide(const Number &part, const Number &whole) {
    if (part && whole && !isInteger(whole.value / part.value))
      reader_.contradiction(*part.at,
                            "`" + part.at->path() + "` does not divide `" + whole.at->path() + "`",
                            *whole.at);
  }

  const Json &root_;
  const Family &family_;
  Reader &reader_;
  Draft &draft_;
  Number layers_, hidden_, heads_, keyValueHeads_, headDim_, ffn_;
};

void Config::writeShape() {
  layers_ = copy("num_layers", {"num_hidden_layers", "n_layer"});
  hidden_ = copy("hidden_size", {"hidden_size", "n_embd", "n_embed"});
  const Keys names{"max_position_embeddings", "n_positions", "seq_length"};
  // Falcon's configuration leaves its 2048 out.
  const Number context =
      is("falcon") ? reader_.optionalCount(root_, names) : reader_.count(root_, names);
  draft_.fix("context", (context ? decimal(context.value) : "2048") + " token",
             context ? context.at->path() : because());
}

// ---- attention -------------------------------------------------------------------------------

/// Heads of keys and values; empty where every head has its own.
Config::Number Config::keyValueHeads() {
  if (!is("falcon"))
    return reader_.optionalCount(root_, {"num_key_value_heads"});
  if (reader_.flag(root_, {"new_decoder_architecture"}, false))
    return reader_.optionalCount(root_, {"num_kv_heads", "n_head_kv"});
  const bool shared = reader_.flag(root_, {"multi_query"}, true);
  return shared ? Number{1, root_.find("multi_query")} : Number{};
}

void Config::writeAttention() {
  heads_ = copy("num_attention_heads", {"num_attention_heads", "n_head"});
  keyValueHeads_ = copy("num_key_value_heads", keyValueHeads());
  mustDivide(keyValueHeads_, heads_);
  headDim_ = copy("head_dim", reader_.optionalCount(root_, {"head_dim"}));
  if (!headDim_)
    mustDivide(heads_, hidden_);
}

void Config::writeLatentAttention() {
  heads_ = copy("num_attention_heads", {"num_attention_heads"});
  keyValueHeads_ = reader_.optionalCount(root_, {"num_key_value_heads"});
  if (keyValueHeads_ && heads_ && keyValueHeads_.value != heads_.value)
    reader_.contradiction(*keyValueHeads_.at,
                          "under latent attention every head has its own keys and values",
                          *heads_.at);
  copy("kv_lora_rank", {"kv_lora_rank"});
  const Number query = reader_.optionalCount(root_, {"q_lora_rank"});
  draft_.fix("q_lora_rank", query ? decimal(query.value) : "0", "q_lora_rank");
  copy("qk_nope_head_dim", {"qk_nope_head_dim"});
  copy("qk_rope_head_dim", {"qk_rope_head_dim"});
  copy("v_head_dim", {"v_head_dim"});
}

// ---- feed-forward networks -------------------------------------------------------------------

void Config::writeFeedForward() {
  const Keys names{"intermediate_size", "ffn_dim", "n_inner", "ffn_hidden_size"};
  if (is("gpt2") || is("bloom") || is("falcon")) {
    ffn_ = copy("intermediate_size", reader_.optionalCount(root_, names));
    if (!ffn_) {
      ffn_.value = 4 * hidden_.value;
      draft_.fix("intermediate_size", "4 * hidden_size", because());
    }
  } else
    ffn_ = copy("intermediate_size", names);
  draft_.fix("ffn_matrices", std::to_string(family_.matrices), because());
}

/// Layers without experts, by the fields of DeepSeek (the first ones, then all but every n-th)
/// and of Qwen (all but every n-th, and those that a list names).
unsigned Config::denseLayers() {
  const Number period = reader_.optionalCount(root_, {"moe_layer_freq", "decoder_sparse_step"});
  const unsigned long every = period.value.get_num().get_ui();
  const bool fromOne = root_.find("decoder_sparse_step");
  unsigned long first = 0;
  if (const Json *json = root_.find("first_k_dense_replace")) {
    json->used = true;
    auto value = json->number();
    if (!value || *value < 0 || !isInteger(*value) || *value > layers_.value)
      reader_.bad(*json, "a whole number from 0 to the number of layers");
    else
      first = value->get_num().get_ui();
  }
  std::set<Rational> listed;
  if (const Json *json = root_.find("mlp_only_layers")) {
    json->used = true;
    for (const Json &item : json->items) {
      item.used = true;
      listed.insert(item.number().value_or(-1));
    }
  }
  unsigned dense = 0;
  for (unsigned long i = 0; i < layers_.value; ++i)
    dense += i < first || listed.count(i) || (i + fromOne) % every != 0;
  return dense;
}

/// Qwen gives the width of its shared expert, DeepSeek the number of them.
Config::Number Config::sharedExperts(const Number &width) {
  Number shared = reader_.optionalCount(root_, {"shared_expert_intermediate_size"});
  if (!shared)
    return reader_.optionalCount(root_, {"n_shared_experts"});
  mustDivide(width, shared);
  shared.value /= width.value;
  return shared;
}

void Config::writeExperts() {
  const Number experts =
      copy("num_experts", {"num_experts", "n_routed_experts", "num_local_experts"});
  const Number chosen = copy("num_experts_per_token", {"num_experts_per_tok"});
  if (experts && chosen && chosen.value > experts.value)
    reader_.contradiction(*chosen.at, "more experts are chosen than there are", *experts.at);
  // An expert of Mixtral has the width of the layer.
  const Number width = copy("moe_intermediate_size",
                            is("mixtral") ? ffn_ : reader_.count(root_, {"moe_intermediate_size"}));
  copy("num_shared_experts", sharedExperts(width));
  if (layers_.value <= 10'000)
    draft_.fix("num_dense_layers", std::to_string(denseLayers()),
               is("mixtral")                         ? because()
               : root_.find("first_k_dense_replace") ? "first_k_dense_replace, moe_layer_freq"
                                                     : "decoder_sparse_step, mlp_only_layers");
  else
    reader_.bad(*layers_.at, "at most 10000");
}

// ---- embeddings and vectors ------------------------------------------------------------------

void Config::writeEmbeddings() {
  copy("vocab_size", {"vocab_size"});
  const Json *tied = root_.find("tie_word_embeddings");
  draft_.fix("embeddings", reader_.flag(root_, {"tie_word_embeddings"}, family_.tied) ? "1" : "2",
             tied ? "tie_word_embeddings" : because());
  if (is("gpt2"))
    copy("positions", {"n_positions", "max_position_embeddings"});
  else if (is("opt")) {
    // Two more rows than positions, for padding.
    const Number positions = reader_.count(root_, {"max_position_embeddings"});
    draft_.fix("positions", decimal(positions.value) + " + 2", "max_position_embeddings");
  }
  const Number width = reader_.optionalCount(root_, {"word_embed_proj_dim"});
  if (width && hidden_ && width.value != hidden_.value)
    reader_
        .report(DiagKind::UnsupportedModel, *width.at,
                "embeddings are " + decimal(width.value) + " wide beside a width of " +
                    decimal(hidden_.value) + " elsewhere, which std.llm cannot say")
        .note(hidden_.at->range, "this is the width elsewhere");
}

/// Norms, and the biases of products, in vectors as long as the residual stream is wide.
void Config::writeVectors() {
  const bool all = family_.biases == Biases::All;
  const bool query = reader_.flag(root_, {"attention_bias"}, family_.biases != Biases::None);
  // Qwen has no bias on the output of its attention.
  const bool output = query && family_.biases != Biases::Query;
  const bool ffn = reader_.flag(root_, {"mlp_bias"}, all);
  unsigned norms = family_.norms;
  bool biased = false;
  if (is("falcon")) {
    biased = reader_.flag(root_, {"bias"}, false);
    const bool isNew = root_.find("new_decoder_architecture") &&
                       reader_.flag(root_, {"new_decoder_architecture"}, false);
    if (reader_.flag(root_, {"parallel_attn"}, true) && !isNew)
      norms = 1;
  }
  Rational vectors = norms * family_.norm;
  if (query || biased) {
    const Rational dim = headDim_ ? headDim_.value : hidden_.value / heads_.value;
    const Rational keyValues = keyValueHeads_ ? keyValueHeads_.value : heads_.value;
    vectors += (heads_.value + 2 * keyValues) * dim / hidden_.value;
  }
  if (output || biased)
    vectors += 1;
  if (ffn || biased)
    vectors += (family_.matrices - 1) * ffn_.value / hidden_.value + 1;
  // Halves go up; the field counts whole vectors.
  const mpz_class rounded = (2 * vectors.get_num() + vectors.get_den()) / (2 * vectors.get_den());
  draft_.fix("layer_vectors", rounded.get_str(), "norms and biases of " + because());
}

/// Which of the known families a configuration is of; null after reporting that it is of none.
const Family *familyOf(const Json &root, Reader &reader) {
  const std::string type = reader.word(root, {"model_type"}, /*required=*/true);
  for (const Family &family : families)
    if (family.type == type)
      return &family;
  if (type.empty())
    return nullptr;
  std::string known;
  for (const Family &family : families)
    known += (known.empty() ? "" : ", ") + family.type.str();
  reader
      .report(DiagKind::UnsupportedModel, *root.find("model_type"),
              "models of type `" + printable(type) + "` are not imported")
      .suggest("known are " + known);
  return nullptr;
}

/// What people call the model: the checkpoint, else the class, else the family.
std::string titleOf(const Json &root, Reader &reader) {
  std::string title = reader.word(root, {"_name_or_path"});
  if (llvm::StringRef(title).starts_with("/") || llvm::StringRef(title).starts_with("."))
    title = llvm::sys::path::filename(title).str();
  const Json *classes = root.find("architectures");
  if (title.empty() && classes && !classes->items.empty() &&
      classes->items.front().kind == Json::String) {
    classes->used = classes->items.front().used = true;
    title = classes->items.front().text;
  }
  return title.empty() ? reader.word(root, {"model_type"}) : title;
}

} // namespace

void importHuggingFace(const Json &root, Reader &reader, Draft &draft) {
  // A model that also sees or hears keeps its language model in an object of its own.
  const Json *text = root.find("text_config");
  const bool isNested = text && text->kind == Json::Object && text->find("model_type");
  const Json &config = isNested ? *text : root;
  config.used = true;
  const Family *family = familyOf(config, reader);
  if (!family)
    return;
  draft.declare("model", printable(titleOf(root, reader)), family->base);
  Config(config, *family, reader, draft).write();
}

} // namespace wsc::importers
