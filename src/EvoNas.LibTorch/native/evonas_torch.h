// The C face of the shim: libtorch's operators by schema name, tensors as counted handles.
//
// Every function that can fail catches everything, keeps the message for the calling thread (evonas_last_error)
// and returns a null handle or a negative number. A Handle is a TensorImpl with one reference that its holder owns;
// evonas_tensor_free gives it back. Arguments borrow handles, results own them.
#pragma once

#include <cstdint>

#define EVONAS_EXPORT extern "C" __attribute__((visibility("default")))

using Handle = void*;

/// What a Value holds. The numbers are the managed side's too (ValueTag in Argument.cs).
enum class Tag : int32_t {
  Default = 0,     // the schema's default
  None = 1,
  Int = 2,         // also ScalarType, Layout and MemoryFormat, which schemas hold as int
  Float = 3,
  Bool = 4,
  Tensor = 5,      // a handle; null is an undefined tensor
  IntList = 6,     // count × int64
  FloatList = 7,   // count × double
  BoolList = 8,    // count × byte
  TensorList = 9,  // count × handle; null is None in a list of optional tensors. As a result: to be freed by evonas_free
  String = 10,     // count bytes of UTF-8
  Device = 11,     // type in the upper, index in the lower 32 bits
};

struct Value {
  Tag tag;
  int32_t count;
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
};
static_assert(sizeof(Value) == 16, "the managed side lays it out so");

/// What kind of failure evonas_last_error tells of.
enum class Failure : int32_t { None = 0, Other = 1, OutOfMemory = 2, CudaFault = 3 };
