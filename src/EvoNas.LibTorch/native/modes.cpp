// Gradients, and the modes of a thread or of the process: grad, inference, autocast, determinism, threads, seed.
#include "shim.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>

#include <string>

using namespace evonas;

EVONAS_EXPORT int32_t evonas_tensor_requires_grad(Handle handle) { return impl(handle)->requires_grad(); }

EVONAS_EXPORT int32_t evonas_tensor_set_requires_grad(Handle handle, int32_t on) {
  return guarded(-1, [&] { return share(handle).requires_grad_(on != 0), 0; });
}

EVONAS_EXPORT int32_t evonas_tensor_is_leaf(Handle handle) {
  return guarded(-1, [&] { return static_cast<int32_t>(share(handle).is_leaf()); });
}

/// The gradient; null without an error (evonas_last_failure is unchanged) if there is none yet.
EVONAS_EXPORT int32_t evonas_tensor_grad(Handle handle, Handle* gradient) {
  return guarded(-1, [&] { return *gradient = release(at::Tensor(share(handle).grad())), 0; });
}

/// Sets the gradient; null takes it away, so that the next backward writes instead of adding.
EVONAS_EXPORT int32_t evonas_tensor_set_grad(Handle handle, Handle gradient) {
  return guarded(-1, [&] { return share(handle).mutable_grad() = share(gradient), 0; });
}

/// The gradients of many at once; null where there is none. The handles are the caller's.
EVONAS_EXPORT int32_t evonas_gradients_take(const Handle* tensors, Handle* gradients, int32_t count) {
  return guarded(-1, [&] {
    for (int32_t i = 0; i < count; ++i) gradients[i] = nullptr;
    for (int32_t i = 0; i < count; ++i) gradients[i] = release(at::Tensor(share(tensors[i]).grad()));
    return 0;
  });
}

/// Takes the gradients of many away.
EVONAS_EXPORT int32_t evonas_gradients_forget(const Handle* tensors, int32_t count) {
  return guarded(-1, [&] {
    for (int32_t i = 0; i < count; ++i) {
      auto tensor = share(tensors[i]);
      if (tensor.grad().defined()) tensor.mutable_grad().reset();
    }
    return 0;
  });
}

/// @param gradient of the tensor itself; null for a tensor of one element means 1.
EVONAS_EXPORT int32_t evonas_tensor_backward(Handle handle, Handle gradient, int32_t retain_graph, int32_t create_graph) {
  return guarded(-1, [&] { return share(handle).backward(share(gradient), retain_graph != 0, create_graph != 0), 0; });
}

/// This thread's. Returns what it was.
EVONAS_EXPORT int32_t evonas_grad_mode_set(int32_t on) {
  bool was = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(on != 0);
  return was;
}

EVONAS_EXPORT int32_t evonas_grad_mode() { return c10::GradMode::is_enabled(); }

EVONAS_EXPORT void* evonas_inference_mode_enter(int32_t on) {
  return guarded<void*>(nullptr, [&] { return new c10::InferenceMode(on != 0); });
}

/// On the thread that entered, in reverse order.
EVONAS_EXPORT void evonas_inference_mode_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

EVONAS_EXPORT int32_t evonas_inference_mode() { return c10::InferenceMode::is_enabled(); }

/// Seeds the default generators of the CPU and of every device.
EVONAS_EXPORT int32_t evonas_manual_seed(uint64_t seed) {
  return guarded(-1, [&] { return at::manual_seed(seed), 0; });
}

EVONAS_EXPORT int32_t evonas_set_threads(int32_t count) {
  return guarded(-1, [&] { return at::set_num_threads(count), 0; });
}

EVONAS_EXPORT int32_t evonas_threads() { return at::get_num_threads(); }

/// Once, before the first parallel work between operators.
EVONAS_EXPORT int32_t evonas_set_interop_threads(int32_t count) {
  return guarded(-1, [&] { return at::set_num_interop_threads(count), 0; });
}

EVONAS_EXPORT int32_t evonas_interop_threads() { return at::get_num_interop_threads(); }

/// This thread's autocast for a device type (0 CPU, 1 CUDA); the cache of cast weights is emptied when it goes off.
/// @param was receives what it was: enabled in bit 8, dtype below.
EVONAS_EXPORT int32_t evonas_autocast_set(int32_t device_type, int32_t on, int32_t dtype, int32_t* was) {
  return guarded(-1, [&] {
    const auto type = static_cast<at::ScalarType>(dtype);
#if EVONAS_TORCH_AT_LEAST(2, 4)
    const auto device = static_cast<at::DeviceType>(device_type);
    *was = (at::autocast::is_autocast_enabled(device) ? 0x100 : 0) | static_cast<int32_t>(at::autocast::get_autocast_dtype(device));
    at::autocast::set_autocast_enabled(device, on != 0);
    at::autocast::set_autocast_dtype(device, type);
#else
    if (device_type == 1) {
      *was = (at::autocast::is_enabled() ? 0x100 : 0) | static_cast<int32_t>(at::autocast::get_autocast_gpu_dtype());
      at::autocast::set_enabled(on != 0);
      at::autocast::set_autocast_gpu_dtype(type);
    } else {
      *was = (at::autocast::is_cpu_enabled() ? 0x100 : 0) | static_cast<int32_t>(at::autocast::get_autocast_cpu_dtype());
      at::autocast::set_cpu_enabled(on != 0);
      at::autocast::set_autocast_cpu_dtype(type);
    }
#endif
    if (!on) at::autocast::clear_cache();
    return 0;
  });
}

EVONAS_EXPORT int32_t evonas_autocast_clear_cache() {
  return guarded(-1, [&] { return at::autocast::clear_cache(), 0; });
}

/// Operators without a deterministic way throw, or warn if warn_only.
EVONAS_EXPORT int32_t evonas_set_deterministic(int32_t on, int32_t warn_only) {
  return guarded(-1, [&] { return at::globalContext().setDeterministicAlgorithms(on != 0, warn_only != 0), 0; });
}

EVONAS_EXPORT int32_t evonas_deterministic() { return at::globalContext().deterministicAlgorithms(); }

EVONAS_EXPORT int32_t evonas_set_cudnn(int32_t benchmark, int32_t deterministic) {
  return guarded(-1, [&] {
    at::globalContext().setBenchmarkCuDNN(benchmark != 0);
    at::globalContext().setDeterministicCuDNN(deterministic != 0);
    return 0;
  });
}

/// TensorFloat-32 in matrix products and in convolutions.
EVONAS_EXPORT int32_t evonas_set_tf32(int32_t matmul, int32_t convolution) {
  return guarded(-1, [&] {
    at::globalContext().setAllowTF32CuBLAS(matmul != 0);
    at::globalContext().setAllowTF32CuDNN(convolution != 0);
    return 0;
  });
}
