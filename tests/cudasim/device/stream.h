// Streams are lazy: what is put into one runs only when something waits for it. A forgotten wait then reads stale data every time, where
// a device would do so once in a while. Order within a stream is kept, and across streams only what events and the legacy stream ask for.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "block.h"

namespace cudasim {

struct Capture;
struct Stream;

/// What one piece of work does on the device; gives the fault it ended with.
using Work = std::function<Fault()>;

/// A point in a stream that others can wait for.
struct Mark {
    uint64_t sequence = 0;
    std::weak_ptr<Stream> stream;
    bool reached = false;
    double milliseconds = 0;  // when it was reached
};

struct Stream {
    struct Item { uint64_t sequence; Work work; };

    unsigned flags = 0;
    int priority = 0;
    std::deque<Item> queue;
    std::shared_ptr<Capture> capture;

    bool blocking() const { return (flags & 1) == 0; }
};

/// All streams of the context, in order of creation, and the legacy stream, whose handle is null.
class Streams {
public:
    Stream* create(unsigned flags, int priority);
    void destroy(Stream* stream);
    void destroy_all();

    /// The stream of a handle; null where there is none. 0 and 1 name the legacy stream.
    Stream* find(Stream* handle);
    std::shared_ptr<Stream> shared(Stream* stream);
    Stream& legacy() { return *legacy_stream; }
    bool is_legacy(const Stream& s) const { return &s == legacy_stream.get(); }

    /// Puts work at the end of a stream.
    uint64_t append(Stream& stream, Work work);
    std::shared_ptr<Mark> mark(Stream& stream);
    void wait_for(Stream& stream, std::shared_ptr<Mark> mark);

    /// Runs what must have run: a stream up to a point, a whole stream, every blocking stream, everything; one item only.
    void finish(const std::shared_ptr<Mark>& mark);
    void finish(Stream& stream);
    void finish_blocking();
    void finish_all();
    void advance(Stream& stream);

private:
    void run_through(Stream& stream, uint64_t sequence);
    void run_first(Stream& stream);
    std::vector<Stream*> in_order() const;

    uint64_t next_sequence = 1;
    std::shared_ptr<Stream> legacy_stream = std::make_shared<Stream>();
    std::vector<std::shared_ptr<Stream>> created, dead;
};

extern Streams streams;

}  // namespace cudasim
