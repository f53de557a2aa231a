// The kernels and sources compiled into the kernels libraries that lie beside the simulator.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "../shim/kernel.h"

namespace cudasim {

/// Opens every libcudasim_kernels*.so in the simulator's folder, once.
void load_kernel_libraries();

const Kernel* find_kernel(const std::string& name);

/// The names of the kernels of one source file, in order.
std::vector<std::string> kernels_of(const std::string& source_file);
const std::vector<Source>& sources();

}  // namespace cudasim
