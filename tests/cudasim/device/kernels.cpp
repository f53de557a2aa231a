#include "kernels.h"

#include <dirent.h>
#include <dlfcn.h>

#include <algorithm>

#include "settings.h"

namespace cudasim {

namespace {

struct Registered { Kernel kernel; std::string file; };

std::vector<Registered>& registry() {
    static std::vector<Registered> all;
    return all;
}

std::vector<Source>& known_sources() {
    static std::vector<Source> all;
    return all;
}

std::string own_folder() {
    Dl_info info;
    dladdr((void*)&own_folder, &info);
    std::string path = info.dli_fname;
    return path.substr(0, path.find_last_of('/') + 1);
}

}  // namespace

void add_kernel(const Kernel& kernel, const char* source_file) { registry().push_back({kernel, source_file}); }

void add_source(const Source& source) { known_sources().push_back(source); }

const std::vector<Source>& sources() { return known_sources(); }

void load_kernel_libraries() {
    static bool loaded = false;
    if (loaded) return;
    loaded = true;
    std::string folder = own_folder();
    std::vector<std::string> names;
    if (DIR* directory = opendir(folder.c_str())) {
        while (dirent* entry = readdir(directory)) {
            std::string name = entry->d_name;
            if (name.starts_with("libcudasim_kernels") && name.ends_with(".so")) names.push_back(name);
        }
        closedir(directory);
    }
    std::sort(names.begin(), names.end());
    for (const std::string& name : names)
        if (!dlopen((folder + name).c_str(), RTLD_NOW | RTLD_LOCAL)) diagnose("%s", dlerror());
}

const Kernel* find_kernel(const std::string& name) {
    for (const Registered& r : registry()) if (name == r.kernel.name) return &r.kernel;
    return nullptr;
}

std::vector<std::string> kernels_of(const std::string& source_file) {
    std::vector<std::string> names;
    for (const Registered& r : registry()) if (r.file == source_file) names.push_back(r.kernel.name);
    return names;
}

}  // namespace cudasim
