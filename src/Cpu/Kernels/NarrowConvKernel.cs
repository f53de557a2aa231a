using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// A convolution at stride 1 with few output channels, which would fill only a few of a tile's columns. Here the columns are adjacent
/// input pixels and the rows all pairs of a tap and an output channel: each pixel is multiplied by every number that any window would
/// multiply it by, and each product is added to the output pixel that the tap leads to. Nothing needs padding: what falls outside is
/// added to a margin. It is the "matrix product, then column to image" order of the transposed convolution (Dumoulin and Visin,
/// arXiv 1603.07285, section 4).
/// </summary>
sealed unsafe class NarrowConvKernel : Kernel
{
    const int MinimumParts = 16;

    readonly ConvGeometry _geometry;
    readonly bool _turned;
    readonly Epilogue _epilogue;
    readonly MicroKernelSet _micro;
    readonly ConvParts _parts;
    readonly int[] _places;
    readonly Workspace _workspace;

    public NarrowConvKernel(ConvGeometry geometry, bool turned, Epilogue epilogue, InstructionSet isa, int workers)
    {
        (_geometry, _turned, _epilogue, _micro) = (geometry, turned, epilogue, MicroKernelSet.For(isa));
        _parts = ConvParts.Of(geometry, int.MaxValue, MinimumParts) with { ImagesPerPart = 1 };
        ConvGeometry g = geometry;
        _places = new int[g.KernelHeight * g.KernelWidth * g.OutChannels];
        for (int entry = 0; entry < _places.Length; entry++)
        {
            (int r, int q, int o) = Entry(entry);
            _places[entry] = o * SumPlane + (g.KernelHeight - 1 - r) * SumRow + g.KernelWidth - 1 - q;
        }

        long pixels = g.Channels * (long)_micro.Columns, sums = g.OutChannels * (long)SumPlane;
        _workspace = new((long)_places.Length * g.Channels, _micro.TileFloats + pixels + sums, workers);
    }

    /// <inheritdoc/>
    public override string Variant => $"direct by pixel {_micro}";

    /// <inheritdoc/>
    public override bool Prepares => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    /// <summary>One output row with its margins.</summary>
    int SumRow => _geometry.Width + _geometry.KernelWidth - 1;

    /// <summary>One channel of a part's output with margins on all sides.</summary>
    int SumPlane => (_parts.RowsPerPart + 2 * (_geometry.KernelHeight - 1)) * SumRow;

    /// <summary>Whether this takes clearly fewer multiplications of tiles than the plain direct convolution.</summary>
    public static bool Pays(ConvGeometry g, InstructionSet isa)
    {
        int columns = MicroKernelSet.For(isa).Columns;
        long direct = Whole(g.OutChannels, columns) * g.Width, byPixel = g.OutChannels * Whole(g.Width, columns);
        return g.Stride == 1 && g.Spread == 1 && g.KernelHeight * g.KernelWidth >= 4 && 2 * byPixel <= direct;
    }

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    static long Whole(int size, int columns) => (size + columns - 1) / columns * (long)columns;

    /// <summary>
    /// A row's tap and output channel. Taps beside each other lead to overlapping pixels, so they are far apart in this order: an
    /// addition need not wait for the one before it.
    /// </summary>
    (int R, int Q, int O) Entry(int entry)
    {
        (int tap, int o) = Math.DivRem(entry, _geometry.OutChannels);
        (int q, int r) = Math.DivRem(tap, _geometry.KernelHeight);
        return (r, q, o);
    }

    sealed class Call : CpuCall
    {
        readonly NarrowConvKernel _kernel;
        readonly ConvGeometry _geometry;
        readonly MicroKernelSet _micro;
        readonly float* _images, _filters, _bias, _output, _workspace;
        readonly delegate*<float*, int, int, int, float*, float*, nint, void> _finish;

        public Call(NarrowConvKernel kernel, Operands at)
        {
            (_kernel, _geometry, _micro) = (kernel, kernel._geometry, kernel._micro);
            _images = at.Inputs[0].Pointer<float>();
            _filters = at.Inputs[1].Pointer<float>();
            _bias = kernel._epilogue.Bias ? at.Inputs[2].Pointer<float>() : null;
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
            LastingStages = at.Lasting ? 1 : 0;
            _finish = _micro.FinishTransposed(kernel._epilogue.Activation);
        }

        public override int Stages => 2;

        public override int Parts(int stage) => stage == 0 ? 1 : _kernel._parts.Count;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0) Pack();
            else Convolve(part, worker);
        }

        /// <summary>The filters as tiles take them: for each tile all channels, for each channel the tile's rows.</summary>
        void Pack()
        {
            ConvGeometry g = _geometry;
            int entries = _kernel._places.Length, taps = g.KernelHeight * g.KernelWidth;
            float* to = _workspace;
            for (int first = 0, height; first < entries; first += height, to += (nint)height * g.Channels)
            {
                height = _micro.NextRows(entries - first);
                for (int i = 0; i < height; i++)
                {
                    (int r, int q, int o) = _kernel.Entry(first + i);
                    int tap = r * g.KernelWidth + q;
                    for (int c = 0; c < g.Channels; c++)
                        to[c * height + i] = _kernel._turned
                            ? _filters[((nint)c * taps + taps - 1 - tap) * g.OutChannels + o]
                            : _filters[((nint)o * taps + tap) * g.Channels + c];
                }
            }
        }

        void Convolve(int part, int worker)
        {
            ConvGeometry g = _geometry;
            (int image, _, int row, int rows) = _kernel._parts[part];
            float* tile = _kernel._workspace.Scratch(_workspace, worker), pixels = tile + _micro.TileFloats;
            float* sums = pixels + (nint)g.Channels * _micro.Columns;
            new Span<float>(sums, g.OutChannels * _kernel.SumPlane).Clear();
            int first = row - g.PadTop, end = Math.Min(first + g.PaddedRows(rows), g.Height);
            for (int y = Math.Max(0, first); y < end; y++)
                for (int x = 0; x < g.Width; x += _micro.Columns)
                {
                    int count = Math.Min(_micro.Columns, g.Width - x);
                    float* from = _images + (((nint)image * g.Height + y) * g.Width + x) * g.Channels;
                    Blocks.TransposePadded(from, g.Channels, g.Channels, count, pixels, _micro.Columns);
                    Multiply(pixels, count, tile, sums + (nint)(y - first) * _kernel.SumRow + x);
                }

            // An output pixel's place is that of the input pixel which the last row and column of its window would reach.
            float* finished = sums + (g.KernelHeight - 1) * _kernel.SumRow + g.KernelWidth - 1 - g.PadLeft;
            float* to = _output + ((nint)image * g.OutHeight + row) * g.OutWidth * g.OutChannels;
            for (int y = 0; y < rows; y++, finished += _kernel.SumRow, to += g.OutWidth * g.OutChannels)
                _finish(finished, _kernel.SumPlane, g.OutChannels, g.OutWidth, _bias, to, g.OutChannels);
        }

        /// <summary>Multiplies adjacent pixels by all rows and adds the products to where they lead.</summary>
        void Multiply(float* pixels, int count, float* tile, float* sums)
        {
            int[] places = _kernel._places;
            float* a = _workspace;
            var steps = new Steps { RowA = 1, Outer = 1, Inner = _geometry.Channels, InnerB = _micro.Columns };
            for (int first = 0, height; first < places.Length; first += height)
            {
                height = _micro.NextRows(places.Length - first);
                steps.InnerA = height;
                _micro.Tile(height, &steps, a, pixels, tile, false);
                a += (nint)height * _geometry.Channels;
                for (int i = 0; i < height; i++) Blocks.Add(tile + i * _micro.Columns, sums + places[first + i], count);
            }
        }
    }
}
