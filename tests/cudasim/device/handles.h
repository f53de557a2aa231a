// The live objects of one kind behind opaque handles: a call with a destroyed handle is told so, where a driver might crash.
#pragma once
#include <map>
#include <memory>
#include <vector>

#include "settings.h"

namespace cudasim {

/// Every table of handles, those of the libraries beside the driver too, for a reset to empty.
class HandleTable {
public:
    HandleTable() { all().push_back(this); }
    virtual void clear() = 0;
    static std::vector<HandleTable*>& all();

protected:
    ~HandleTable() = default;
};

template <class T> class Handles final : public HandleTable {
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
        auto at = live.find((T*)handle);
        if (at == live.end()) return false;
        bury(std::move(at->second));
        live.erase(at);
        return true;
    }

    template <class F> void each(F f) const {
        for (auto& [handle, object] : live) f(*object);
    }

    void clear() override {
        for (auto& [handle, object] : live) bury(std::move(object));
        live.clear();
    }

private:
    /// Empties an object and keeps its address from being given out again: a late second destruction must not hit something new.
    void bury(std::unique_ptr<T> object) {
        *object = T();
        dead.push_back(std::move(object));
        counters.live_handles--;
    }

    std::map<T*, std::unique_ptr<T>> live;
    std::vector<std::unique_ptr<T>> dead;
};

}  // namespace cudasim
