// Operators by schema name through the dispatcher, boxed: autograd, autocast and every backend come with it.
#include "shim.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/core/jit_type.h>
#include <ATen/core/stack.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace evonas;

namespace {

#if EVONAS_TORCH_AT_LEAST(2, 4)
using OptionalTensor = std::optional<at::Tensor>;
#else
using OptionalTensor = c10::optional<at::Tensor>;
#endif

enum class Kind : uint8_t { Tensor, Int, Float, Bool, Scalar, String, Device, Ints, Floats, Bools, Scalars, Tensors, OptionalTensors, Other };

Kind kind_of(const c10::Type& type, bool in_list);

Kind kind_of_list(const c10::Type& element) {
  if (element.kind() == c10::TypeKind::OptionalType) return Kind::OptionalTensors;
  switch (kind_of(element, true)) {
    case Kind::Tensor: return Kind::Tensors;
    case Kind::Int: return Kind::Ints;
    case Kind::Float: return Kind::Floats;
    case Kind::Bool: return Kind::Bools;
    case Kind::Scalar: return Kind::Scalars;
    default: return Kind::Other;
  }
}

Kind kind_of(const c10::Type& type, bool in_list) {
  switch (type.kind()) {
    case c10::TypeKind::TensorType: return Kind::Tensor;
    case c10::TypeKind::IntType: return Kind::Int;
    case c10::TypeKind::FloatType: return Kind::Float;
    case c10::TypeKind::BoolType: return Kind::Bool;
    case c10::TypeKind::NumberType: return Kind::Scalar;
    case c10::TypeKind::StringType: return Kind::String;
    case c10::TypeKind::DeviceObjType: return Kind::Device;
    case c10::TypeKind::OptionalType: return kind_of(*type.castRaw<c10::OptionalType>()->getElementType(), in_list);
    case c10::TypeKind::ListType: return in_list ? Kind::Other : kind_of_list(*type.castRaw<c10::ListType>()->getElementType());
    default: return Kind::Other;
  }
}

struct Parameter {
  std::string name;
  Kind kind;
  bool optional;
  bool has_default;
  c10::IValue standard;
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<Parameter> parameters;
  std::vector<int32_t> order;  // caller's place -> schema's place; empty: the same
};

[[noreturn]] void unfit(const Parameter& parameter, const Value& value) {
  TORCH_CHECK(false, "argument '", parameter.name, "' does not take a value of tag ", static_cast<int>(value.tag));
}

template <class T>
c10::IValue list_of(const Value& value) {
  c10::List<T> list;
  list.reserve(value.count);
  auto* items = static_cast<const T*>(value.pointer);
  for (int32_t i = 0; i < value.count; ++i) list.push_back(items[i]);
  return list;
}

c10::IValue unpack(const Parameter& parameter, const Value& value) {
  switch (value.tag) {
    case Tag::Default:
      TORCH_CHECK(parameter.has_default || parameter.optional, "argument '", parameter.name, "' is missing and has no default");
      return parameter.standard;
    case Tag::None:
      if (parameter.kind == Kind::Tensor && !parameter.optional) return at::Tensor();
      TORCH_CHECK(parameter.optional, "argument '", parameter.name, "' must not be none");
      return c10::IValue();
    case Tag::Tensor:
      if (parameter.kind != Kind::Tensor) break;
      if (!value.pointer && parameter.optional) return c10::IValue();
      return share(value.pointer);
    case Tag::Int:
      if (parameter.kind == Kind::Int || parameter.kind == Kind::Scalar) return value.integer;
      if (parameter.kind == Kind::Float) return static_cast<double>(value.integer);
      break;
    case Tag::Float:
      if (parameter.kind == Kind::Float || parameter.kind == Kind::Scalar) return value.real;
      break;
    case Tag::Bool:
      if (parameter.kind == Kind::Bool || parameter.kind == Kind::Scalar) return value.integer != 0;
      break;
    case Tag::String:
      if (parameter.kind == Kind::String) return std::string(static_cast<const char*>(value.pointer), value.count);
      break;
    case Tag::Device:
      if (parameter.kind == Kind::Device)
        return at::Device(static_cast<at::DeviceType>(value.integer >> 32), static_cast<c10::DeviceIndex>(static_cast<int32_t>(value.integer)));
      break;
    case Tag::IntList:
      if (parameter.kind == Kind::Ints) return list_of<int64_t>(value);
      break;
    case Tag::FloatList:
      if (parameter.kind == Kind::Floats) return list_of<double>(value);
      if (parameter.kind == Kind::Scalars) {
        c10::List<at::Scalar> list;
        list.reserve(value.count);
        auto* items = static_cast<const double*>(value.pointer);
        for (int32_t i = 0; i < value.count; ++i) list.push_back(at::Scalar(items[i]));
        return list;
      }
      break;
    case Tag::BoolList:
      if (parameter.kind == Kind::Bools) return list_of<bool>(value);
      break;
    case Tag::TensorList: {
      auto* items = static_cast<const Handle*>(value.pointer);
      if (parameter.kind == Kind::Tensors) {
        c10::List<at::Tensor> list;
        list.reserve(value.count);
        for (int32_t i = 0; i < value.count; ++i) list.push_back(share(items[i]));
        return list;
      }
      if (parameter.kind == Kind::OptionalTensors) {
        c10::List<OptionalTensor> list;
        list.reserve(value.count);
        for (int32_t i = 0; i < value.count; ++i) list.push_back(items[i] ? OptionalTensor(share(items[i])) : OptionalTensor());
        return list;
      }
      break;
    }
  }
  unfit(parameter, value);
}

Value pack(c10::IValue&& from) {
  Value value{Tag::None, 0, {0}};
  if (from.isTensor()) {
    value.tag = Tag::Tensor;
    value.pointer = release(std::move(from).toTensor());
  } else if (from.isTensorList()) {
    auto list = from.toTensorVector();
    value.tag = Tag::TensorList;
    value.count = static_cast<int32_t>(list.size());
    auto* handles = static_cast<Handle*>(std::malloc(sizeof(Handle) * (list.size() + 1)));
    if (!handles) throw std::bad_alloc();
    for (size_t i = 0; i < list.size(); ++i) handles[i] = release(std::move(list[i]));
    value.pointer = handles;
  } else if (from.isInt()) {
    value.tag = Tag::Int;
    value.integer = from.toInt();
  } else if (from.isDouble()) {
    value.tag = Tag::Float;
    value.real = from.toDouble();
  } else if (from.isBool()) {
    value.tag = Tag::Bool;
    value.integer = from.toBool();
  } else if (!from.isNone()) {
    TORCH_CHECK(false, "results of type ", from.tagKind(), " are not handed on");
  }
  return value;
}

// Kept for the thread's life, so that a call allocates no stack. Emptied on every way out: it holds references.
struct Borrowed {
  torch::jit::Stack& stack;
  explicit Borrowed(torch::jit::Stack& stack) : stack(stack) {}
  ~Borrowed() { stack.clear(); }
};

thread_local torch::jit::Stack the_stack;
thread_local bool stack_in_use = false;

int32_t call(const Operator& op, const Value* arguments, int32_t count, Value* results, int32_t capacity) {
  // An operator written in C# could call another from inside; it gets a stack of its own.
  torch::jit::Stack own;
  const bool nested = stack_in_use;
  Borrowed borrowed(nested ? own : the_stack);
  struct Mark {
    bool was = stack_in_use;
    Mark() { stack_in_use = true; }
    ~Mark() { stack_in_use = was; }
  } mark;

  auto& stack = borrowed.stack;
  const auto& parameters = op.parameters;
  stack.reserve(parameters.size());
  static const Value missing{Tag::Default, 0, {0}};
  if (op.order.empty()) {
    TORCH_CHECK(count <= static_cast<int32_t>(parameters.size()), "takes at most ", parameters.size(), " arguments, not ", count);
    for (size_t i = 0; i < parameters.size(); ++i)
      stack.emplace_back(unpack(parameters[i], static_cast<int32_t>(i) < count ? arguments[i] : missing));
  } else {
    for (size_t i = 0; i < parameters.size(); ++i) {
      const Value* given = &missing;
      for (int32_t k = 0; k < count && k < static_cast<int32_t>(op.order.size()); ++k)
        if (op.order[k] == static_cast<int32_t>(i)) given = &arguments[k];
      stack.emplace_back(unpack(parameters[i], *given));
    }
  }

  op.handle.callBoxed(stack);

  const auto produced = static_cast<int32_t>(stack.size());
  if (capacity == 0) return produced;
  TORCH_CHECK(produced <= capacity, "gives ", produced, " results, and there is room for ", capacity);
  for (int32_t i = 0; i < produced; ++i) results[i] = pack(std::move(stack[i]));
  return produced;
}

}  // namespace

/// Looks an operator up, e.g. ("aten::add", "Tensor"). The handle lives for ever: look up once.
/// With names, argument i of every call is the schema's argument names[i], and the others have their defaults.
EVONAS_EXPORT void* evonas_operator_find(const char* name, const char* overload, const char* const* names, int32_t count) {
  return guarded<void*>(nullptr, [&]() -> void* {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    TORCH_CHECK(found.has_value(), "this libtorch (", TORCH_VERSION, ") has no such operator");
    auto op = std::make_unique<Operator>(Operator{*found, {}, {}});
    for (const auto& argument : found->schema().arguments()) {
      const auto& standard = argument.default_value();
      op->parameters.push_back({argument.name(), kind_of(*argument.type(), false), argument.type()->kind() == c10::TypeKind::OptionalType,
                                standard.has_value(), standard.has_value() ? *standard : c10::IValue()});
    }
    for (int32_t k = 0; k < count; ++k) {
      auto place = found->schema().argumentIndexWithName(names[k]);
      TORCH_CHECK(place.has_value(), "has no argument '", names[k], "'; its schema is ", found->schema());
      op->order.push_back(*place);
    }
    return op.release();
  });
}

/// Calls an operator. Missing arguments have the schema's defaults.
/// @param results receives what it returns; with capacity 0 the results are dropped (operators in place).
/// @return how many results there are, or -1.
EVONAS_EXPORT int32_t evonas_operator_call(const void* op, const Value* arguments, int32_t count, Value* results, int32_t capacity) {
  return guarded(-1, [&] { return call(*static_cast<const Operator*>(op), arguments, count, results, capacity); });
}

/// The schema as text; null with an error if memory is out. To be freed by evonas_free.
EVONAS_EXPORT char* evonas_operator_schema(const void* op) {
  return guarded<char*>(nullptr, [&] {
    auto text = c10::str(static_cast<const Operator*>(op)->handle.schema());
    return strdup(text.c_str());
  });
}
