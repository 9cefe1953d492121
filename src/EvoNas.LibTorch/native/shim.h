// What the shim's sources share: turning exceptions into error codes, and handles into tensors.
#pragma once

#include "evonas_torch.h"

#include <ATen/core/Tensor.h>
#include <torch/version.h>

#include <utility>

#define EVONAS_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace evonas {

/// Keeps the exception in flight for evonas_last_error. Only inside a catch.
void remember_failure() noexcept;

/// Runs body; whatever it throws is remembered and `failed` returned.
template <class Result, class Body>
Result guarded(Result failed, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (...) {
    remember_failure();
    return failed;
  }
}

using Impl = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;

inline c10::TensorImpl* impl(Handle handle) {
  return static_cast<c10::TensorImpl*>(handle);
}

/// A tensor of its own reference; the handle keeps its own.
inline at::Tensor share(Handle handle) {
  return handle ? at::Tensor(Impl::reclaim_copy(impl(handle))) : at::Tensor();
}

/// Hands the tensor's reference out as a handle; null if it is undefined.
Handle release(at::Tensor&& tensor);

}  // namespace evonas
