#include "stream.h"

#include <algorithm>
#include <chrono>

#include "context.h"
#include "processor.h"
#include "settings.h"

namespace cudasim {

Streams streams;

Stream* Streams::create(unsigned flags, int priority) {
    auto stream = std::make_shared<Stream>();
    stream->flags = flags;
    stream->priority = priority;
    created.push_back(stream);
    counters.live_handles++;
    return stream.get();
}

void Streams::destroy(Stream* stream) {
    auto at = std::find_if(created.begin(), created.end(), [&](auto& s) { return s.get() == stream; });
    (*at)->queue.clear();
    dead.push_back(*at);  // keeps its address from being given out again
    created.erase(at);
    counters.live_handles--;
}

void Streams::destroy_all() {
    while (!created.empty()) destroy(created.back().get());
    legacy_stream->queue.clear();
}

Stream* Streams::find(Stream* handle) {
    if ((uint64_t)handle <= 1) return legacy_stream.get();
    for (auto& s : created) if (s.get() == handle) return handle;
    return nullptr;
}

std::shared_ptr<Stream> Streams::shared(Stream* stream) {
    for (auto& s : created) if (s.get() == stream) return s;
    return legacy_stream;
}

uint64_t Streams::append(Stream& stream, Work work) {
    stream.queue.push_back({next_sequence, std::move(work)});
    return next_sequence++;
}

std::shared_ptr<Mark> Streams::mark(Stream& stream) {
    auto mark = std::make_shared<Mark>();
    mark->stream = shared(&stream);
    mark->sequence = append(stream, [mark] {
        mark->reached = true;
        auto now = std::chrono::steady_clock::now().time_since_epoch();
        mark->milliseconds = std::chrono::duration<double, std::milli>(now).count();
        return Fault();
    });
    return mark;
}

void Streams::wait_for(Stream& stream, std::shared_ptr<Mark> mark) {
    append(stream, [this, mark] {
        if (auto other = mark->stream.lock(); other && !mark->reached) run_through(*other, mark->sequence);
        return Fault();
    });
}

/// Takes the first item off and runs it after what it must follow: the legacy stream follows every blocking stream, and they follow it.
void Streams::run_first(Stream& stream) {
    Stream::Item item = std::move(stream.queue.front());
    stream.queue.pop_front();
    if (is_legacy(stream)) {
        for (Stream* s : in_order()) if (s->blocking()) run_through(*s, item.sequence);
    } else if (stream.blocking()) {
        run_through(*legacy_stream, item.sequence);
    }
    if (context.lost()) return;
    Fault fault = item.work();
    if (fault.status != 0) context.lose(fault.status, fault.reason);
}

void Streams::run_through(Stream& stream, uint64_t sequence) {
    while (!stream.queue.empty() && stream.queue.front().sequence <= sequence) run_first(stream);
}

std::vector<Stream*> Streams::in_order() const {
    std::vector<Stream*> order;
    for (auto& s : created) order.push_back(s.get());
    if (settings.descending) std::reverse(order.begin(), order.end());
    return order;
}

void Streams::finish(const std::shared_ptr<Mark>& mark) {
    auto stream = mark->stream.lock();
    if (stream && !mark->reached) on_device([&] { run_through(*stream, mark->sequence); });
}

void Streams::finish(Stream& stream) {
    if (!stream.queue.empty()) on_device([&] { run_through(stream, UINT64_MAX); });
}

void Streams::finish_blocking() {
    on_device([&] {
        for (Stream* s : in_order()) if (s->blocking()) run_through(*s, UINT64_MAX);
        run_through(*legacy_stream, UINT64_MAX);
    });
}

void Streams::finish_all() {
    on_device([&] {
        for (Stream* s : in_order()) run_through(*s, UINT64_MAX);
        run_through(*legacy_stream, UINT64_MAX);
    });
}

void Streams::advance(Stream& stream) {
    if (!stream.queue.empty()) on_device([&] { run_first(stream); });
}

}  // namespace cudasim
