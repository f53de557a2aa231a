// Capture, graphs and their instances.
#include <cstdio>

#include "abi.h"

using namespace cudasim;

CUDASIM_EXPORT CUresult cuStreamBeginCapture_v2(CUstream handle, int mode) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    if (settings.refuse_capture) {
        diagnose("capture was refused, as planned");
        return not_supported;
    }
    return begin_capture(*stream, mode);
}

CUDASIM_EXPORT CUresult cuStreamEndCapture(CUstream handle, CUgraph* graph) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE(graph);
    return end_capture(*stream, graph);
}

CUDASIM_EXPORT CUresult cuStreamIsCapturing(CUstream handle, int* status) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE(status);
    *status = !stream->capture ? 0 : stream->capture->invalid ? 2 : 1;
    return success;
}

CUDASIM_EXPORT CUresult cuGraphInstantiateWithFlags(CUgraphExec* instance, CUgraph graph, unsigned long long flags) {
    IN_CONTEXT;
    REQUIRE_HANDLE(graphs.find(graph));
    REQUIRE(instance && (flags & ~15ull) == 0);
    *instance = instances.add(std::make_unique<GraphInstance>(GraphInstance{std::make_shared<Graph>(*graph)}));
    counters.instantiations++;
    return success;
}

/// A graph launched into a captured stream would become a child graph; that is not simulated.
CUDASIM_EXPORT CUresult cuGraphLaunch(CUgraphExec instance, CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream && instances.find(instance));
    if (stream->capture) return not_supported;
    auto graph = instance->graph;
    if (int refused = submit(*stream, "graph", [graph] { return run_graph(*graph); })) return refused;
    counters.graph_launches++;
    return success;
}

CUDASIM_EXPORT CUresult cuGraphUpload(CUgraphExec instance, CUstream handle) {
    IN_CONTEXT;
    REQUIRE_HANDLE(streams.find(handle) && instances.find(instance));
    return success;
}

CUDASIM_EXPORT CUresult cuGraphExecDestroy(CUgraphExec instance) {
    IN_CONTEXT;
    REQUIRE_HANDLE(instances.remove(instance));
    return success;
}

CUDASIM_EXPORT CUresult cuGraphDestroy(CUgraph graph) {
    IN_CONTEXT;
    REQUIRE_HANDLE(graphs.remove(graph));
    return success;
}

/// With no array it gives the number of nodes; with one it fills it, and null handles follow where it is longer.
CUDASIM_EXPORT CUresult cuGraphGetNodes(CUgraph graph, void** nodes, size_t* count) {
    IN_CONTEXT;
    REQUIRE_HANDLE(graphs.find(graph));
    REQUIRE(count);
    size_t all = graph->nodes.size();
    if (nodes) for (size_t i = 0; i < *count; i++) nodes[i] = i < all ? &graph->nodes[i] : nullptr;
    if (!nodes || *count > all) *count = all;
    return success;
}

CUDASIM_EXPORT CUresult cuGraphDebugDotPrint(CUgraph graph, const char* path, unsigned) {
    IN_CONTEXT;
    REQUIRE_HANDLE(graphs.find(graph));
    REQUIRE(path);
    FILE* file = fopen(path, "w");
    REQUIRE(file);
    fprintf(file, "digraph step {\n");
    for (size_t i = 0; i < graph->nodes.size(); i++) {
        fprintf(file, "  n%zu [label=\"%s\"];\n", i, graph->nodes[i].label.c_str());
        for (int before : graph->nodes[i].after) fprintf(file, "  n%d -> n%zu;\n", before, i);
    }
    fprintf(file, "}\n");
    fclose(file);
    return success;
}
