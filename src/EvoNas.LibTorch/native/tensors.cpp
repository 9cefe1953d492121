#include "shim.h"

#include <atomic>
#include <cstring>

using namespace evonas;

namespace {
std::atomic<int64_t> living{0};
}

Handle evonas::release(at::Tensor&& tensor) {
  if (!tensor.defined()) return nullptr;
  living.fetch_add(1, std::memory_order_relaxed);
  return tensor.unsafeReleaseTensorImpl();
}

/// Handles that were given out and not yet freed, in the whole process.
EVONAS_EXPORT int64_t evonas_tensor_living() { return living.load(std::memory_order_relaxed); }

EVONAS_EXPORT void evonas_tensor_free(Handle handle) {
  if (!handle) return;
  living.fetch_sub(1, std::memory_order_relaxed);
  // The last reference may free memory of a lost device, which throws; there is nobody to tell.
  guarded(0, [&] { return Impl::reclaim(impl(handle)).reset(), 0; });
}

/// Another handle to the same tensor.
EVONAS_EXPORT Handle evonas_tensor_share(Handle handle) {
  return guarded<Handle>(nullptr, [&] { return release(share(handle)); });
}

// The questions below cannot fail for dense tensors, and are asked often: no transition, no lock, no allocation.

EVONAS_EXPORT int64_t evonas_tensor_dim(Handle handle) { return impl(handle)->dim(); }

EVONAS_EXPORT int64_t evonas_tensor_numel(Handle handle) { return impl(handle)->numel(); }

/// Copies up to `capacity` sizes and says how many there are.
EVONAS_EXPORT int32_t evonas_tensor_sizes(Handle handle, int64_t* sizes, int32_t capacity) {
  return guarded(-1, [&] {
    auto all = impl(handle)->sizes();
    std::memcpy(sizes, all.data(), sizeof(int64_t) * std::min<size_t>(all.size(), capacity));
    return static_cast<int32_t>(all.size());
  });
}

EVONAS_EXPORT int32_t evonas_tensor_strides(Handle handle, int64_t* strides, int32_t capacity) {
  return guarded(-1, [&] {
    auto all = impl(handle)->strides();
    std::memcpy(strides, all.data(), sizeof(int64_t) * std::min<size_t>(all.size(), capacity));
    return static_cast<int32_t>(all.size());
  });
}

EVONAS_EXPORT int32_t evonas_tensor_dtype(Handle handle) {
  return static_cast<int32_t>(c10::typeMetaToScalarType(impl(handle)->dtype()));
}

EVONAS_EXPORT int64_t evonas_tensor_device(Handle handle) {
  auto device = impl(handle)->device();
  return (static_cast<int64_t>(device.type()) << 32) | static_cast<uint32_t>(static_cast<int32_t>(device.index()));
}

/// 0 contiguous, 1 channels last (two or three spatial dimensions), 2 neither.
EVONAS_EXPORT int32_t evonas_tensor_layout(Handle handle) {
  return guarded(2, [&] {
    auto* tensor = impl(handle);
    if (tensor->is_contiguous()) return 0;
    auto dim = tensor->dim();
    if (dim == 4 && tensor->is_contiguous(at::MemoryFormat::ChannelsLast)) return 1;
    if (dim == 5 && tensor->is_contiguous(at::MemoryFormat::ChannelsLast3d)) return 1;
    return 2;
  });
}

/// Where the first element is; on the tensor's device.
EVONAS_EXPORT void* evonas_tensor_data(Handle handle) {
  return guarded<void*>(nullptr, [&] { return share(handle).data_ptr(); });
}

/// Bytes from the start of the storage that the tensor looks into.
EVONAS_EXPORT int64_t evonas_tensor_storage_size(Handle handle) {
  return guarded<int64_t>(-1, [&] { return static_cast<int64_t>(impl(handle)->storage().nbytes()); });
}
