#include "capture.h"

#include <algorithm>
#include <set>

#include "../driver/status.h"
#include "context.h"

namespace cudasim {

Handles<Event> events;
Handles<Graph> graphs;
Handles<GraphInstance> instances;

namespace {

std::vector<std::shared_ptr<Capture>> active;

int invalidate(Capture& capture, int status) {
    capture.invalid = true;
    return status;
}

void merge(std::vector<int>& into, const std::vector<int>& more) {
    std::set<int> all(into.begin(), into.end());
    all.insert(more.begin(), more.end());
    into.assign(all.begin(), all.end());
}

/// Whether every node leads to one of those given.
bool all_lead_to(const Graph& graph, const std::vector<int>& ends) {
    std::vector<bool> reached(graph.nodes.size());
    for (int end : ends) reached[end] = true;
    for (int i = (int)graph.nodes.size() - 1; i >= 0; i--)
        if (reached[i]) for (int before : graph.nodes[i].after) reached[before] = true;
    return std::find(reached.begin(), reached.end(), false) == reached.end();
}

}  // namespace

void Capture::add(Stream& stream, std::string label, Work work) {
    graph.nodes.push_back({std::move(work), std::move(label), ends[&stream]});
    ends[&stream] = {(int)graph.nodes.size() - 1};
}

int submit(Stream& stream, const std::string& label, Work work, Submitted* submitted) {
    if (streams.is_legacy(stream)) {
        if (int refused = refuse_legacy_while_capturing(label.c_str())) return refused;
    }
    if (submitted) *submitted = stream.capture ? Submitted::captured : Submitted::queued;
    if (!stream.capture) {
        streams.append(stream, std::move(work));
        return success;
    }
    if (stream.capture->invalid) return stream_capture_invalidated;
    stream.capture->add(stream, label, std::move(work));
    return success;
}

int begin_capture(Stream& stream, int mode) {
    if (mode < 0 || mode > 2) return invalid_value;
    if (streams.is_legacy(stream)) return stream_capture_unsupported;
    if (stream.capture) {
        diagnose("the stream is being captured already");
        return invalid_value;
    }
    auto capture = std::make_shared<Capture>();
    capture->origin = &stream;
    capture->mode = mode;
    capture->thread = std::this_thread::get_id();
    capture->ends[&stream] = {};
    stream.capture = capture;
    active.push_back(capture);
    counters.captures++;
    return success;
}

int end_capture(Stream& stream, Graph** graph) {
    *graph = nullptr;
    if (!stream.capture) {
        diagnose("the stream is not being captured");
        return invalid_value;
    }
    std::shared_ptr<Capture> capture = stream.capture;
    if (capture->origin != &stream) return stream_capture_unmatched;
    if (capture->mode != 2 && capture->thread != std::this_thread::get_id()) return stream_capture_wrong_thread;
    for (auto& [member, ends] : capture->ends) member->capture = nullptr;
    std::erase(active, capture);
    if (capture->invalid) return stream_capture_invalidated;
    if (!all_lead_to(capture->graph, capture->ends[&stream])) {
        diagnose("a stream that took part in the capture was not joined to the one it began in");
        return stream_capture_unjoined;
    }
    *graph = graphs.add(std::make_unique<Graph>(capture->graph));
    return success;
}

int record(Event& event, Stream& stream) {
    if (stream.capture) {
        if (stream.capture->invalid) return stream_capture_invalidated;
        event.capture = stream.capture;
        event.after = stream.capture->ends[&stream];
        event.mark = nullptr;
        return success;
    }
    if (streams.is_legacy(stream)) {
        if (int refused = refuse_legacy_while_capturing("cuEventRecord")) return refused;
    }
    event.capture = nullptr;
    event.mark = streams.mark(stream);
    return success;
}

int wait(Stream& stream, Event& event) {
    if (event.capture) {
        Capture& capture = *event.capture;
        if (std::find(active.begin(), active.end(), event.capture) == active.end()) {
            diagnose("the event was recorded in a capture that has ended");
            return invalid_value;
        }
        if (capture.invalid) return stream_capture_invalidated;
        if (stream.capture && stream.capture != event.capture) {
            stream.capture->invalid = true;
            return invalidate(capture, stream_capture_merge);
        }
        if (!stream.capture) {
            if (streams.is_legacy(stream)) return invalidate(capture, stream_capture_implicit);
            stream.capture = event.capture;
        }
        merge(capture.ends[&stream], event.after);
        return success;
    }
    if (stream.capture) {
        if (!event.mark || event.mark->reached) return success;
        diagnose("a captured stream waits for an event that was recorded outside the capture");
        return invalidate(*stream.capture, stream_capture_isolation);
    }
    if (event.mark) streams.wait_for(stream, event.mark);
    return success;
}

Fault run_graph(const Graph& graph) {
    std::vector<bool> done(graph.nodes.size());
    size_t count = graph.nodes.size();
    auto ready = [&](const Node& n) { return std::all_of(n.after.begin(), n.after.end(), [&](int i) { return done[i]; }); };
    for (size_t left = count; left > 0; left--) {
        size_t next = count;
        for (size_t i = 0; i < count && next == count; i++) {
            size_t at = settings.descending ? count - 1 - i : i;
            if (!done[at] && ready(graph.nodes[at])) next = at;
        }
        Fault fault = graph.nodes[next].work();
        if (fault.status != 0) return fault;
        done[next] = true;
    }
    return {};
}

int refuse_while_capturing(const char* call) {
    int refused = success;
    for (auto& capture : active) {
        bool own = capture->thread == std::this_thread::get_id();
        if (!(capture->mode == 0 || (capture->mode == 1 && own))) continue;
        diagnose("%s is not permitted while a stream is captured", call);
        refused = invalidate(*capture, stream_capture_unsupported);
    }
    return refused;
}

int refuse_legacy_while_capturing(const char* call) {
    int refused = success;
    for (auto& capture : active) {
        for (auto& [member, ends] : capture->ends) {
            if (!member->blocking()) continue;
            diagnose("%s uses the legacy stream while a stream that waits for it is captured", call);
            refused = invalidate(*capture, stream_capture_implicit);
        }
    }
    return refused;
}

void end_all_captures() {
    for (auto& capture : active) for (auto& [member, ends] : capture->ends) member->capture = nullptr;
    active.clear();
}

void destroy_graphs() {
    graphs.clear();
    instances.clear();
}

void destroy_events() { events.clear(); }

}  // namespace cudasim
