// The live objects of one kind behind opaque handles: a call with a destroyed handle is told so, where a driver might crash.
#pragma once
#include <map>
#include <memory>

#include "settings.h"

namespace cudasim {

template <class T> class Handles {
public:
    T* add(std::unique_ptr<T> object) {
        T* handle = object.get();
        live[handle] = std::move(object);
        counters.live_handles++;
        return handle;
    }

    /// The object, or null where the handle is none of this kind, or no longer.
    T* find(const void* handle) const {
        auto at = live.find((T*)handle);
        return at == live.end() ? nullptr : at->second.get();
    }

    bool remove(const void* handle) {
        if (live.erase((T*)handle) == 0) return false;
        counters.live_handles--;
        return true;
    }

    template <class F> void each(F f) const {
        for (auto& [handle, object] : live) f(*object);
    }

    void clear() {
        counters.live_handles -= (int64_t)live.size();
        live.clear();
    }

private:
    std::map<T*, std::unique_ptr<T>> live;
};

}  // namespace cudasim
