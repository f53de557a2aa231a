#include "modules.h"

#include <cctype>
#include <cstdlib>
#include <cstring>

#include "../driver/status.h"
#include "settings.h"

namespace cudasim {

Handles<Module> modules;

namespace {

const char elf[4] = {0x7F, 'E', 'L', 'F'};
const char tag[] = "cudasim cubin";

struct Header {
    char identification[16];
    char tag[16];
    uint32_t architecture, length;
};

/// The PTX version that a driver of a CUDA release reads, 10 * major + minor, from the list in the PTX manual.
int ptx_version_of(int64_t driver) {
    struct { int driver, ptx; } const table[] = {{13000, 90}, {12090, 88}, {12080, 87}, {12070, 86}, {12050, 85}, {12040, 84}, {12030, 83},
        {12020, 82}, {12010, 81}, {12000, 80}, {11080, 78}, {11070, 77}, {11060, 76}, {11050, 75}, {11040, 74}};
    for (auto& row : table) if (driver >= row.driver) return row.ptx;
    return 73;
}

int add_function(Module& module, const std::string& name) {
    const Kernel* kernel = find_kernel(name);
    if (!kernel) {
        diagnose("kernel %s is not compiled into the simulator", name.c_str());
        return invalid_ptx;
    }
    module.functions[name] = {kernel, &module};
    return success;
}

int load_cubin(const char* image, Module& module) {
    const Header& header = *(const Header*)image;
    if (strcmp(header.tag, tag) != 0) {
        diagnose("a cubin that the simulator's NVRTC did not make");
        return no_binary_for_gpu;
    }
    int device = (int)settings.compute_capability, of = (int)header.architecture;
    if (of / 10 != device / 10 || of > device) {
        diagnose("a cubin for sm_%d does not run on a device of compute capability %d.%d", of, device / 10, device % 10);
        return no_binary_for_gpu;
    }
    module.architecture = of;
    std::string names(image + sizeof header, header.length);
    for (size_t at = 0; at < names.size();) {
        size_t end = names.find('\n', at);
        if (int refused = add_function(module, names.substr(at, end - at))) return refused;
        at = end + 1;
    }
    return success;
}

/// The size of a parameter written as ".param .u64 name" or ".param .align 4 .b8 name[12]".
size_t parameter_bytes(const std::string& text) {
    size_t bracket = text.find('[');
    if (bracket != std::string::npos) return strtoul(text.c_str() + bracket + 1, nullptr, 10);
    for (size_t dot = text.find('.'); dot != std::string::npos; dot = text.find('.', dot + 1))
        if (strchr("usbf", text[dot + 1]) && isdigit(text[dot + 2])) return strtoul(text.c_str() + dot + 2, nullptr, 10) / 8;
    return 0;
}

int check_parameters(const Kernel& kernel, const std::string& list) {
    std::vector<size_t> sizes;
    for (size_t at = list.find(".param"); at != std::string::npos;) {
        size_t next = list.find(".param", at + 1), end = list.find_first_of(",)", at);
        std::string one = list.substr(at, end - at);
        one.erase(one.find_last_not_of(" \t\r\n") + 1);
        sizes.push_back(parameter_bytes(one));
        at = next;
    }
    if (sizes.size() != kernel.parameter_count) {
        diagnose("kernel %s has %zu parameters in the PTX, %zu in the simulator", kernel.name, sizes.size(), kernel.parameter_count);
        return invalid_ptx;
    }
    for (size_t i = 0; i < sizes.size(); i++) {
        if (sizes[i] == kernel.parameters[i].size) continue;
        diagnose("kernel %s: parameter %zu has %zu bytes in the PTX, %zu in the simulator", kernel.name, i, sizes[i],
                 kernel.parameters[i].size);
        return invalid_ptx;
    }
    return success;
}

int load_ptx(const std::string& text, Module& module) {
    size_t version = text.find(".version"), target = text.find(".target sm_");
    if (version == std::string::npos || target == std::string::npos) {
        diagnose("the image is no PTX: it names no .version and .target");
        return invalid_image;
    }
    char* after;
    long major = strtol(text.c_str() + version + strlen(".version"), &after, 10),
         minor = *after == '.' ? strtol(after + 1, nullptr, 10) : 0;
    int readable = ptx_version_of(settings.driver_version);
    if (10 * major + minor > readable) {
        diagnose("PTX %ld.%ld is newer than this driver reads (%d.%d)", major, minor, readable / 10, readable % 10);
        return unsupported_ptx_version;
    }
    module.architecture = atoi(text.c_str() + target + strlen(".target sm_"));
    if (module.architecture > settings.compute_capability) {
        diagnose("PTX for sm_%d on a device of compute capability %d", module.architecture, (int)settings.compute_capability);
        return no_binary_for_gpu;
    }
    for (size_t at = text.find(".entry "); at != std::string::npos; at = text.find(".entry ", at + 1)) {
        size_t name = text.find_first_not_of(" \t", at + strlen(".entry ")), end = text.find_first_of(" \t\r\n({", name);
        size_t open = text.find_first_not_of(" \t\r\n", end), body = text.find('{', end);
        std::string list = text[open] == '(' ? text.substr(open, body - open) : "";
        std::string kernel = text.substr(name, end - name);
        if (int refused = add_function(module, kernel)) return refused;
        if (int refused = check_parameters(*module.functions[kernel].kernel, list)) return refused;
    }
    return success;
}

}  // namespace

Function* find_function(const void* handle) {
    Function* found = nullptr;
    modules.each([&](Module& m) { for (auto& [name, f] : m.functions) if (&f == handle) found = &f; });
    return found;
}

std::string make_cubin(int architecture, const std::vector<std::string>& kernels) {
    std::string names;
    for (const std::string& k : kernels) names += k + '\n';
    Header header{};
    memcpy(header.identification, elf, sizeof elf);
    memcpy(header.tag, tag, sizeof tag);
    header.architecture = (uint32_t)architecture;
    header.length = (uint32_t)names.size();
    return std::string((const char*)&header, sizeof header) + names;
}

std::string make_ptx(int architecture, const std::vector<std::string>& kernels) {
    int version = ptx_version_of(settings.driver_version);
    std::string text = "// The simulator's own: names and parameters, no code.\n.version " + std::to_string(version / 10) + "." +
                       std::to_string(version % 10) + "\n.target sm_" + std::to_string(architecture) + "\n.address_size 64\n";
    for (const std::string& name : kernels) {
        const Kernel& kernel = *find_kernel(name);
        text += "\n.visible .entry " + name + "(";
        for (size_t i = 0; i < kernel.parameter_count; i++) {
            size_t size = kernel.parameters[i].size;
            std::string type = size == 8 ? ".u64 " : size == 4 ? ".u32 " : ".align 8 .b8 ";
            std::string length = size == 8 || size == 4 ? "" : "[" + std::to_string(size) + "]";
            text += (i ? ",\n    .param " : "\n    .param ") + type + name + "_param_" + std::to_string(i) + length;
        }
        text += "\n)\n{\n    ret;\n}\n";
    }
    return text;
}

int load_image(const char* image, Module& module) {
    return memcmp(image, elf, sizeof elf) == 0 ? load_cubin(image, module) : load_ptx(image, module);
}

void unload_modules() { modules.clear(); }

}  // namespace cudasim
