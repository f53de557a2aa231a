#include "handles.h"

namespace cudasim {

std::vector<HandleTable*>& HandleTable::all() {
    static std::vector<HandleTable*> tables;
    return tables;
}

}  // namespace cudasim
