// The CUDA device, without compiling CUDA code: through the hooks and guards that libtorch's CPU library knows.
#include "shim.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#if defined(EVONAS_WITH_CUDA) && EVONAS_TORCH_AT_LEAST(2, 9)
#include <c10/core/CachingDeviceAllocator.h>
#define EVONAS_ALLOCATOR 1
#elif defined(EVONAS_WITH_CUDA) && __has_include(<cuda_runtime_api.h>)
// Before 2.9 the statistics are only in a header that includes the CUDA runtime's.
#include <c10/cuda/CUDACachingAllocator.h>
#define EVONAS_ALLOCATOR 2
#else
#define EVONAS_ALLOCATOR 0
#endif

using namespace evonas;

namespace {

constexpr int64_t not_available = -2;

#if EVONAS_ALLOCATOR == 1
c10::DeviceAllocator& allocator() { return *c10::getDeviceAllocator(at::DeviceType::CUDA); }
#elif EVONAS_ALLOCATOR == 2
namespace caching = c10::cuda::CUDACachingAllocator;
#endif

}  // namespace

EVONAS_EXPORT int32_t evonas_cuda_device_count() {
  return guarded(0, [&] {
    if (!c10::impl::hasDeviceGuardImpl(at::DeviceType::CUDA)) return 0;
    return static_cast<int32_t>(c10::impl::getDeviceGuardImpl(at::DeviceType::CUDA)->deviceCount());
  });
}

EVONAS_EXPORT int32_t evonas_cuda_has_cudnn() {
  return guarded(0, [&] { return static_cast<int32_t>(at::detail::getCUDAHooks().hasCuDNN()); });
}

EVONAS_EXPORT int32_t evonas_cuda_synchronize(int32_t device) {
  return guarded(-1, [&] { return at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(device)), 0; });
}

EVONAS_EXPORT int32_t evonas_cuda_set_device(int32_t device) {
  return guarded(-1, [&] {
    c10::impl::getDeviceGuardImpl(at::DeviceType::CUDA)->setDevice({at::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device)});
    return 0;
  });
}

/// Gives what the caching allocator holds and nobody uses back to the driver. -2: not available in this build.
EVONAS_EXPORT int64_t evonas_cuda_empty_cache() {
#if EVONAS_ALLOCATOR == 1
  return guarded<int64_t>(-1, [&] { return allocator().emptyCache(), 0; });
#elif EVONAS_ALLOCATOR == 2
  return guarded<int64_t>(-1, [&] { return caching::emptyCache(), 0; });
#else
  return not_available;
#endif
}

/// Bytes. which: 0 allocated now, 1 allocated at most since the last reset, 2 reserved now, 3 reserved at most.
EVONAS_EXPORT int64_t evonas_cuda_memory(int32_t device, int32_t which) {
#if EVONAS_ALLOCATOR
  return guarded<int64_t>(-1, [&] {
#if EVONAS_ALLOCATOR == 1
    auto stats = allocator().getDeviceStats(static_cast<c10::DeviceIndex>(device));
#else
    auto stats = caching::getDeviceStats(device);
#endif
    const auto& bytes = (which < 2 ? stats.allocated_bytes : stats.reserved_bytes)[0];  // [0] is the aggregate
    return which % 2 == 0 ? bytes.current : bytes.peak;
  });
#else
  return not_available;
#endif
}

EVONAS_EXPORT int64_t evonas_cuda_reset_peak(int32_t device) {
#if EVONAS_ALLOCATOR == 1
  return guarded<int64_t>(-1, [&] { return allocator().resetPeakStats(static_cast<c10::DeviceIndex>(device)), 0; });
#elif EVONAS_ALLOCATOR == 2
  return guarded<int64_t>(-1, [&] { return caching::resetPeakStats(device), 0; });
#else
  return not_available;
#endif
}
