// Stream capture, graphs and events. A captured stream's work becomes nodes with the edges that stream order and events gave them; a
// replay runs the nodes in an order that the edges allow, first ready first or, with threads descending, last ready first, so that an edge
// that is missing between two streams shows.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "handles.h"
#include "stream.h"

namespace cudasim {

struct Node {
    Work work;
    std::string label;
    std::vector<int> after;
};

struct Graph { std::vector<Node> nodes; };
struct GraphInstance { std::shared_ptr<const Graph> graph; };

struct Capture {
    Graph graph;
    Stream* origin = nullptr;
    int mode = 0;
    std::thread::id thread;
    bool invalid = false;
    std::map<Stream*, std::vector<int>> ends;  // per stream that takes part: the nodes its next work follows

    void add(Stream& stream, std::string label, Work work);
};

struct Event {
    unsigned flags = 0;
    std::shared_ptr<Mark> mark;         // of the last record outside a capture
    std::shared_ptr<Capture> capture;   // of the last record inside one
    std::vector<int> after;

    bool timed() const { return (flags & 2) == 0; }
};

extern Handles<Event> events;
extern Handles<Graph> graphs;
extern Handles<GraphInstance> instances;

/// Puts work into a stream or, while it is captured, into the graph; answers with a driver status. `submitted` tells which.
enum class Submitted { queued, captured };
int submit(Stream& stream, const std::string& label, Work work, Submitted* submitted = nullptr);

int begin_capture(Stream& stream, int mode);
int end_capture(Stream& stream, Graph** graph);
int record(Event& event, Stream& stream);
int wait(Stream& stream, Event& event);

/// Runs every node once.
Fault run_graph(const Graph& graph);

/// STREAM_CAPTURE_UNSUPPORTED where the calling thread must not make a call that may wait for the device or change memory, which ends
/// the captures that forbid it; else 0.
int refuse_while_capturing(const char* call);

/// What work in the legacy stream, or a wait for all streams, answers while a stream that waits for it is captured.
int refuse_legacy_while_capturing(const char* call);

void end_all_captures();
void destroy_graphs();
void destroy_events();

}  // namespace cudasim
