using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

/// <summary>
/// One operation on a backend, without a plan: its operands lie in one arena with guard bytes between them, and what has not been written
/// holds the guard's bytes too, so that a kernel that writes too much, or reads what nobody wrote, is found.
/// </summary>
sealed class BackendCall : IDisposable
{
    const byte Guard = 0xFF; // Four of them are a NaN.
    const int Alignment = 64;

    readonly IBackend _backend;
    readonly OpCase _case;
    readonly Arena _arena;
    readonly IProgram _program;
    readonly byte[][] _inputs;
    readonly Slice[] _places;
    readonly Slice _output;
    readonly Slice _side;
    readonly Slice _workspace;
    readonly List<(Slice Place, ElementType Type)> _results = [];
    readonly HashSet<int> _written;

    /// <summary>Places and links the operation; <paramref name="inPlace"/> lets the output take over the input that it may.</summary>
    public BackendCall(IBackend backend, OpCase opCase, double[][] values, bool inPlace)
    {
        (_backend, _case) = (backend, opCase);
        Op op = opCase.Op;
        var output = new TensorType(op.Infer([.. opCase.Inputs.Select(i => i.Shape)]), op.Element);
        TensorType? side = op.Side([.. opCase.Inputs.Select(i => i.Shape)]);
        TensorType[] types = [.. opCase.Inputs.Select(i => new TensorType(i.Shape, i.Element))];
        Kernel kernel = backend.Select(op, new Signature(types, output, side));
        Variant = kernel.Variant;

        long end = Alignment;
        Slice Place(long bytes)
        {
            var place = new Slice(null!, end, bytes);
            end = (end + bytes + Alignment + Alignment - 1) / Alignment * Alignment;
            return place;
        }

        _places = [.. types.Select(t => Place(t.Bytes))];
        _output = inPlace ? _places[op.Overwrites] : Place(output.Bytes);
        _side = side is { } s ? Place(s.Bytes) : default;
        _workspace = kernel.WorkspaceBytes > 0 ? Place(kernel.WorkspaceBytes) : default;
        _arena = backend.Reserve(end, $"{opCase}");
        Slice In(Slice place) => place.Bytes > 0 ? place with { Arena = _arena } : place;
        _places = [.. _places.Select(In)];
        (_output, _side, _workspace) = (In(_output), In(_side), In(_workspace));

        _inputs = [.. values.Select((v, i) => ElementBytes.Of(v, types[i].Element))];
        _written = [.. op.Mutates.ToArray(), .. inPlace ? [op.Overwrites] : (int[])[]];
        if (op.Mutates.IsEmpty) _results.Add((_output, output.Element));
        foreach (int i in op.Mutates) _results.Add((_places[i], types[i].Element));
        if (side is { } second) _results.Add((_side, second.Element));
        _program = backend.Link([kernel.Bind(new Operands(_places, _output, _side, _workspace))]);
    }

    /// <summary>The kernel's name for its algorithm.</summary>
    public string Variant { get; }

    /// <summary>The types of the results.</summary>
    public IEnumerable<ElementType> ResultTypes => _results.Select(r => r.Type);

    /// <summary>Writes the inputs afresh, runs, checks that nothing else was touched, and returns the results' bytes.</summary>
    public byte[][] Run()
    {
        var before = new byte[_arena.Bytes];
        Array.Fill(before, Guard);
        if (_case.Op is Pack) before.AsSpan((int)_output.Offset, (int)_output.Bytes).Clear(); // Its padding is zero because its memory is.
        for (int i = 0; i < _inputs.Length; i++) _inputs[i].CopyTo(before.AsSpan((int)_places[i].Offset));
        var all = new Slice(_arena, 0, _arena.Bytes);
        _backend.Write(all, before);
        _program.Run();

        var after = new byte[_arena.Bytes];
        _backend.Read(all, after);
        for (int i = 0; i < _inputs.Length; i++)
            if (!_written.Contains(i))
                Assert.True(_inputs[i].AsSpan().SequenceEqual(Bytes(after, _places[i])), $"{_case}: input {i} was changed");
        foreach (Slice place in (Slice[])[.. _places, _output, _side, _workspace])
            if (place.Bytes > 0)
                Assert.False(
                    after.AsSpan((int)(place.Offset + place.Bytes), Alignment).ContainsAnyExcept(Guard)
                    || after.AsSpan((int)place.Offset - 1, 1)[0] != Guard,
                    $"{_case}: bytes beside an operand were written");
        return [.. _results.Select(r => Bytes(after, r.Place).ToArray())];
    }

    public void Dispose()
    {
        _program.Dispose();
        _arena.Dispose();
    }

    static Span<byte> Bytes(byte[] arena, Slice place) => arena.AsSpan((int)place.Offset, (int)place.Bytes);
}
