namespace GeneratingImages.Core;

/// <summary>
/// Gives every result of a schedule a place, in one of two arenas: what must last from one run to the next, leaves and packed vectors with
/// their padding, is held in the plan's own; all else passes, in one that plans which take turns may share. Results whose lives do not
/// overlap share memory; an operation that may overwrite an input does so when nothing else needs it; the inputs of a
/// <see cref="Pack"/> are computed inside its vector. Buffers are placed largest first, each at the lowest place that is free
/// throughout its life.
/// </summary>
sealed class MemoryPlan
{
    const int Alignment = 64;

    readonly Schedule _schedule;
    readonly Buffer?[] _of;
    readonly long[] _offsetInBuffer;
    readonly Dictionary<int, Buffer> _workspaces = [];
    readonly List<Buffer> _buffers = [];

    /// <summary>Memory needed from one time to another, both included.</summary>
    sealed class Buffer(long bytes, int born, int dies, bool held = false)
    {
        public bool Held { get; } = held;

        public long Bytes { get; } = Math.Max(Alignment, (bytes + Alignment - 1) / Alignment * Alignment);

        public int Born { get; set; } = born;

        public int Dies { get; set; } = dies;

        public long Offset { get; set; }

        public bool Overlaps(Buffer other) => Born <= other.Dies && other.Born <= Dies;
    }

    MemoryPlan(Schedule schedule, int count)
    {
        _schedule = schedule;
        _of = new Buffer?[count];
        _offsetInBuffer = new long[count];
    }

    /// <summary>The bytes of what lasts from run to run.</summary>
    public long HeldBytes { get; private set; }

    /// <summary>The bytes of what passes.</summary>
    public long PassingBytes { get; private set; }

    /// <summary>The most bytes alive at any one time: no plan of the same buffers can be smaller.</summary>
    public long LowerBound { get; private set; }

    /// <summary>The bytes needed if no memory were shared.</summary>
    public long WithoutReuse => _buffers.Sum(b => b.Bytes);

    /// <summary>Whether a node's result is held from run to run.</summary>
    public bool Lasts(int id) => _of[id]!.Held;

    /// <summary>Whether a node's result lies in an arena, and not in the stored parameters.</summary>
    public bool Holds(int id) => _of[id] is not null;

    /// <summary>The place of a node's result.</summary>
    public long Offset(int id) => _of[id]!.Offset + _offsetInBuffer[id];

    /// <summary>The place of a node's scratch memory.</summary>
    public long WorkspaceOffset(int id) => _workspaces[id].Offset;

    /// <summary>Whether a node's scratch memory is held from run to run.</summary>
    public bool WorkspaceLasts(int id) => _workspaces[id].Held;

    /// <summary>Plans a schedule.</summary>
    /// <param name="schedule">What runs.</param>
    /// <param name="count">The number of the graph's nodes.</param>
    /// <param name="workspace">The scratch bytes of each call.</param>
    /// <param name="lasts">Whether a call's scratch memory is held from run to run; null for none.</param>
    public static MemoryPlan Make(
        Schedule schedule, int count, Func<ScheduledNode, long> workspace, Func<ScheduledNode, bool>? lasts = null)
    {
        var plan = new MemoryPlan(schedule, count);
        int end = count;
        int[] last = plan.LastUses(end);
        plan.PlacePacks(end);
        foreach (ScheduledNode node in schedule.Live) plan.Assign(node, last, end);
        foreach (ScheduledNode node in schedule.Live.Where(n => n.IsCall))
            if (workspace(node) is > 0 and long bytes)
                plan._buffers.Add(plan._workspaces[node.Id] =
                    lasts?.Invoke(node) == true ? new Buffer(bytes, 0, end, held: true) : new Buffer(bytes, node.Id, node.Id));
        plan.PlaceBuffers();
        return plan;
    }

    /// <summary>When each result is used for the last time, views counted as what they view.</summary>
    int[] LastUses(int end)
    {
        var last = new int[_of.Length];
        foreach (ScheduledNode node in _schedule.Live)
        {
            last[_schedule.Storage(node.Id)] = Math.Max(last[_schedule.Storage(node.Id)], node.Id);
            foreach (int input in node.Inputs) last[_schedule.Storage(input)] = node.Id;
        }

        foreach (int id in _schedule.Kept) last[_schedule.Storage(id)] = end;
        return last;
    }

    /// <summary>A packed vector lives throughout, so that the padding between its members stays zero.</summary>
    void PlacePacks(int end)
    {
        foreach (ScheduledNode node in _schedule.Live)
        {
            if (node.Op is not Pack pack) continue;
            var buffer = new Buffer(node.Type.Bytes, 0, end, held: true);
            _buffers.Add(buffer);
            _of[node.Id] = buffer;
            for (int i = 0; i < node.Inputs.Length; i++)
            {
                int member = _schedule.Storage(node.Inputs[i]);
                long count = pack.Group.Members[i].Shape.Count;
                if (_schedule[member].Op is Leaf || _of[member] is not null || _schedule[member].Type.Shape.Count != count) continue;
                _of[member] = buffer;
                _offsetInBuffer[member] = (pack.Group.Members[i].Offset - pack.Group.Offset) * 4L;
            }
        }
    }

    void Assign(ScheduledNode node, int[] last, int end)
    {
        if (_of[node.Id] is not null || node.Op is Variable or FlatSlot) return;
        if (node.Op.IsView)
        {
            int storage = _schedule.Storage(node.Id);
            (_of[node.Id], _offsetInBuffer[node.Id]) = (_of[storage], _offsetInBuffer[storage]);
            return;
        }

        // Leaves are written before the run and must survive it, for the next run.
        int born = node.Op is Leaf ? 0 : node.Op.IsSide ? node.Inputs[0] : node.Id;
        int dies = node.Op is Leaf ? end : Math.Max(last[node.Id], node.Id);
        if (Overwritable(node, last) is { } taken)
        {
            _of[node.Id] = taken;
            taken.Dies = Math.Max(taken.Dies, dies);
            return;
        }

        var buffer = new Buffer(node.Type.Bytes, born, dies, node.Op is Leaf);
        _buffers.Add(buffer);
        _of[node.Id] = buffer;
    }

    /// <summary>The buffer a node may take over: an input's that is computed, of the same size, and used here for the last time.</summary>
    Buffer? Overwritable(ScheduledNode node, int[] last)
    {
        if (node.Op.Overwrites < 0) return null;
        int input = _schedule.Storage(node.Inputs[node.Op.Overwrites]);
        ScheduledNode source = _schedule[input];
        bool free = source.Op is not Leaf && !source.Op.IsSide && last[input] == node.Id && source.Type.Bytes == node.Type.Bytes
            && node.Inputs.Count(i => _schedule.Storage(i) == input) == 1;
        return free && _of[input] is { } buffer && buffer.Dies == node.Id ? buffer : null;
    }

    void PlaceBuffers()
    {
        HeldBytes = Place(_buffers.Where(b => b.Held));
        PassingBytes = Place(_buffers.Where(b => !b.Held));
        foreach (int time in _buffers.Select(b => b.Born).Distinct())
            LowerBound = Math.Max(LowerBound, _buffers.Where(b => b.Born <= time && time <= b.Dies).Sum(b => b.Bytes));
    }

    static long Place(IEnumerable<Buffer> buffers)
    {
        var placed = new List<Buffer>();
        foreach (Buffer buffer in buffers.OrderByDescending(b => b.Bytes).ThenBy(b => b.Born))
        {
            long offset = 0;
            foreach (Buffer other in placed.Where(buffer.Overlaps).OrderBy(b => b.Offset))
            {
                if (offset + buffer.Bytes <= other.Offset) break;
                offset = Math.Max(offset, other.Offset + other.Bytes);
            }

            buffer.Offset = offset;
            placed.Add(buffer);
        }

        return placed.Select(b => b.Offset + b.Bytes).DefaultIfEmpty().Max();
    }
}
