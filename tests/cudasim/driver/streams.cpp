// Streams and events.
#include "abi.h"

using namespace cudasim;

CUDASIM_EXPORT CUresult cuStreamCreateWithPriority(CUstream* stream, unsigned flags, int priority) {
    IN_CONTEXT;
    REQUIRE(stream && flags <= 1);
    *stream = streams.create(flags, priority);
    return success;
}

CUDASIM_EXPORT CUresult cuStreamCreate(CUstream* stream, unsigned flags) { return cuStreamCreateWithPriority(stream, flags, 0); }

CUDASIM_EXPORT CUresult cuCtxGetStreamPriorityRange(int* least, int* greatest) {
    IN_CONTEXT;
    if (least) *least = 0;
    if (greatest) *greatest = -5;
    return success;
}

CUDASIM_EXPORT CUresult cuStreamGetPriority(CUstream handle, int* priority) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    REQUIRE(priority);
    *priority = stream->priority;
    return success;
}

CUDASIM_EXPORT CUresult cuStreamDestroy_v2(CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream && !streams.is_legacy(*stream));
    REQUIRE(!stream->capture);
    streams.finish(*stream);
    streams.destroy(stream);
    return context.loss();
}

CUDASIM_EXPORT CUresult cuStreamSynchronize(CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    if (stream->capture) {
        diagnose("cuStreamSynchronize on a stream that is captured");
        stream->capture->invalid = true;
        return stream_capture_unsupported;
    }
    counters.synchronisations++;
    if (streams.is_legacy(*stream)) streams.finish_blocking();
    else streams.finish(*stream);
    return context.loss();
}

/// While work is left, each question lets one piece of it run, so that a program that polls does get on.
CUDASIM_EXPORT CUresult cuStreamQuery(CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream);
    if (stream->capture) {
        stream->capture->invalid = true;
        return stream_capture_unsupported;
    }
    if (stream->queue.empty()) return success;
    streams.advance(*stream);
    return context.lost() ? context.loss() : not_ready;
}

CUDASIM_EXPORT CUresult cuStreamWaitEvent(CUstream handle, CUevent event, unsigned) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream && events.find(event));
    return wait(*stream, *event);
}

CUDASIM_EXPORT CUresult cuEventCreate(CUevent* event, unsigned flags) {
    IN_CONTEXT;
    REQUIRE(event && (flags & ~7u) == 0);
    *event = events.add(std::make_unique<Event>(Event{flags, nullptr, nullptr, {}}));
    return success;
}

CUDASIM_EXPORT CUresult cuEventDestroy_v2(CUevent event) {
    IN_CONTEXT;
    REQUIRE_HANDLE(events.remove(event));
    return success;
}

CUDASIM_EXPORT CUresult cuEventRecord(CUevent event, CUstream handle) {
    IN_CONTEXT;
    Stream* stream = streams.find(handle);
    REQUIRE_HANDLE(stream && events.find(event));
    return record(*event, *stream);
}

/// An event never recorded counts as reached.
CUDASIM_EXPORT CUresult cuEventSynchronize(CUevent event) {
    IN_CONTEXT;
    REQUIRE_HANDLE(events.find(event));
    if (event->capture) return captured_event;
    REFUSE_WHILE_CAPTURING();
    counters.synchronisations++;
    if (event->mark) streams.finish(event->mark);
    return context.loss();
}

CUDASIM_EXPORT CUresult cuEventQuery(CUevent event) {
    IN_CONTEXT;
    REQUIRE_HANDLE(events.find(event));
    if (event->capture) return captured_event;
    REFUSE_WHILE_CAPTURING();
    if (!event->mark || event->mark->reached) return success;
    if (auto stream = event->mark->stream.lock()) streams.advance(*stream);
    return context.lost() ? context.loss() : not_ready;
}

CUDASIM_EXPORT CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end) {
    IN_CONTEXT;
    REQUIRE_HANDLE(events.find(start) && events.find(end));
    REQUIRE(milliseconds);
    if (!start->timed() || !end->timed() || !start->mark || !end->mark) {
        diagnose("cuEventElapsedTime: an event was created without timing or never recorded");
        return invalid_handle;
    }
    if (!start->mark->reached || !end->mark->reached) return not_ready;
    *milliseconds = (float)(end->mark->milliseconds - start->mark->milliseconds);
    return success;
}

CUDASIM_EXPORT CUresult cuEventElapsedTime_v2(float* milliseconds, CUevent start, CUevent end) {
    return cuEventElapsedTime(milliseconds, start, end);
}
