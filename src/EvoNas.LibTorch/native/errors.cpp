#include "shim.h"

#include <c10/util/Exception.h>

#include <cstdlib>
#include <new>
#include <string>

namespace {

thread_local std::string last_message;
thread_local Failure last_failure = Failure::None;

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

// Messages are the only mark that all versions and all of CUDA's libraries share.
Failure classify(const std::string& text) {
  if (contains(text, "out of memory") || contains(text, "can't allocate memory") || contains(text, "ALLOC_FAILED"))
    return Failure::OutOfMemory;
  if (contains(text, "CUDA error") || contains(text, "CUDNN_STATUS_") || contains(text, "cuDNN error") ||
      contains(text, "CUBLAS_STATUS_") || contains(text, "device-side assert") || contains(text, "NVRTC"))
    return Failure::CudaFault;
  return Failure::Other;
}

void keep(const char* text, Failure failure) noexcept {
  last_failure = failure;
  try {
    last_message = text;
  } catch (...) {
    last_message.clear();
  }
}

}  // namespace

void evonas::remember_failure() noexcept {
  try {
    throw;
  } catch (const c10::OutOfMemoryError& e) {
    keep(e.what_without_backtrace(), Failure::OutOfMemory);
  } catch (const c10::Error& e) {
    keep(e.what_without_backtrace(), classify(e.what_without_backtrace()));
  } catch (const std::bad_alloc& e) {
    keep("out of memory", Failure::OutOfMemory);
  } catch (const std::exception& e) {
    keep(e.what(), classify(e.what()));
  } catch (...) {
    keep("an exception that is not a std::exception", Failure::Other);
  }
}

/// The message of this thread's last failure, until its next one.
EVONAS_EXPORT const char* evonas_last_error() { return last_message.c_str(); }

EVONAS_EXPORT Failure evonas_last_failure() { return last_failure; }

EVONAS_EXPORT const char* evonas_torch_version() { return TORCH_VERSION; }

/// Gives back what a result of Tag::TensorList pointed to; the handles in it are their receiver's.
EVONAS_EXPORT void evonas_free(void* memory) { std::free(memory); }
