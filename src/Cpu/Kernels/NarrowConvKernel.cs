using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// A convolution at stride 1 with few output channels, which would fill only a few of a tile's columns. Here the columns are all pairs
/// of a tap and an output channel: each input pixel is multiplied by all of them at once, and each product is then added to the
/// output pixel that the tap leads to. Nothing needs padding: what falls outside is added to a margin. It is the
/// "matrix product, then column to image" order of the transposed convolution (Dumoulin and Visin, arXiv 1603.07285, section 4).
/// </summary>
sealed unsafe class NarrowConvKernel : Kernel
{
    const int MinimumParts = 16;

    readonly ConvGeometry _geometry;
    readonly bool _turned;
    readonly Epilogue _epilogue;
    readonly MicroKernelSet _micro;
    readonly ConvParts _parts;
    readonly Workspace _workspace;

    public NarrowConvKernel(ConvGeometry geometry, bool turned, Epilogue epilogue, InstructionSet isa, int workers)
    {
        (_geometry, _turned, _epilogue, _micro) = (geometry, turned, epilogue, MicroKernelSet.For(isa));
        _parts = ConvParts.Of(geometry, int.MaxValue, MinimumParts) with { ImagesPerPart = 1 };
        _workspace = new((long)PackedColumns * geometry.Channels, _micro.TileFloats + ProductFloats + SumFloats, workers);
    }

    /// <inheritdoc/>
    public override string Variant => $"direct by pixel {_micro}";

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    /// <summary>The pairs of a tap and an output channel, up to whole panels.</summary>
    int PackedColumns => Panels(_geometry, _micro) * _micro.Columns;

    /// <summary>The floats of one input row's products.</summary>
    long ProductFloats => Workspace.Round((long)_geometry.Width * PackedColumns);

    /// <summary>One output row with its margins.</summary>
    int SumRow => (_geometry.Width + _geometry.KernelWidth - 1) * _geometry.OutChannels;

    /// <summary>The floats of a part's output with margins on all sides.</summary>
    long SumFloats => (long)(_parts.RowsPerPart + 2 * (_geometry.KernelHeight - 1)) * SumRow;

    /// <summary>Whether this takes clearly fewer multiplications of tiles than the plain direct convolution.</summary>
    public static bool Pays(ConvGeometry g, InstructionSet isa)
    {
        var micro = MicroKernelSet.For(isa);
        int direct = g.KernelHeight * g.KernelWidth * ((g.OutChannels + micro.Columns - 1) / micro.Columns);
        return g.Stride == 1 && g.Spread == 1 && g.Channels >= 8 && 2 * Panels(g, micro) <= direct;
    }

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    static int Panels(ConvGeometry g, MicroKernelSet micro) =>
        (g.KernelHeight * g.KernelWidth * g.OutChannels + micro.Columns - 1) / micro.Columns;

    sealed class Call : CpuCall
    {
        readonly NarrowConvKernel _kernel;
        readonly ConvGeometry _geometry;
        readonly MicroKernelSet _micro;
        readonly float* _images, _filters, _bias, _output, _workspace;
        readonly delegate*<float*, int, int, int, float*, float*, nint, void> _store, _finish;

        public Call(NarrowConvKernel kernel, Operands at)
        {
            (_kernel, _geometry, _micro) = (kernel, kernel._geometry, kernel._micro);
            _images = at.Inputs[0].Pointer<float>();
            _filters = at.Inputs[1].Pointer<float>();
            _bias = kernel._epilogue.Bias ? at.Inputs[2].Pointer<float>() : null;
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
            _store = _micro.Finish(Activation.None);
            _finish = _micro.Finish(kernel._epilogue.Activation);
        }

        public override int Stages => 2;

        public override int Parts(int stage) => stage == 0 ? 1 : _kernel._parts.Count;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0) Pack();
            else Convolve(part, worker);
        }

        /// <summary>
        /// Panels of columns, for each a row per input channel. The columns are in the window's order of rows, but from right to left
        /// within one, because that is how the pixels they lead to lie.
        /// </summary>
        void Pack()
        {
            ConvGeometry g = _geometry;
            int width = _micro.Columns, taps = g.KernelHeight * g.KernelWidth;
            for (int column = 0; column < _kernel.PackedColumns; column++)
            {
                (int tap, int o) = Math.DivRem(column, g.OutChannels);
                (int r, int mirrored) = Math.DivRem(tap, g.KernelWidth);
                int from = r * g.KernelWidth + g.KernelWidth - 1 - mirrored;
                float* to = _workspace + (nint)(column / width) * width * g.Channels + column % width;
                for (int c = 0; c < g.Channels; c++, to += width)
                    *to = tap >= taps ? 0
                        : _kernel._turned ? _filters[((nint)c * taps + taps - 1 - from) * g.OutChannels + o]
                        : _filters[((nint)o * taps + from) * g.Channels + c];
            }
        }

        void Convolve(int part, int worker)
        {
            ConvGeometry g = _geometry;
            (int image, _, int row, int rows) = _kernel._parts[part];
            float* tile = _kernel._workspace.Scratch(_workspace, worker);
            float* products = tile + _micro.TileFloats, sums = products + _kernel.ProductFloats;
            new Span<float>(sums, (rows + 2 * (g.KernelHeight - 1)) * _kernel.SumRow).Clear();
            int first = row - g.PadTop, end = Math.Min(first + g.PaddedRows(rows), g.Height);
            for (int y = Math.Max(0, first); y < end; y++)
            {
                Multiply(_images + ((nint)image * g.Height + y) * g.Width * g.Channels, tile, products);
                Scatter(products, sums + (nint)(y - first + g.KernelHeight - 1) * _kernel.SumRow);
            }

            // An output row begins where its first window's last tap does.
            float* from = sums + (g.KernelHeight - 1) * _kernel.SumRow + (g.KernelWidth - 1 - g.PadLeft) * g.OutChannels;
            float* to = _output + ((nint)image * g.OutHeight + row) * g.OutWidth * g.OutChannels;
            for (int y = 0; y < rows; y++, from += _kernel.SumRow, to += g.OutWidth * g.OutChannels)
                _finish(from, g.OutChannels, g.OutWidth, g.OutChannels, _bias, to, g.OutChannels);
        }

        /// <summary>One input row times all columns.</summary>
        void Multiply(float* from, float* tile, float* products)
        {
            int width = _micro.Columns;
            var steps = new Steps { RowA = _geometry.Channels, Outer = 1, Inner = _geometry.Channels, InnerA = 1, InnerB = width };
            for (int x = 0; x < _geometry.Width;)
            {
                int height = _micro.NextRows(_geometry.Width - x);
                for (int column = 0; column < _kernel.PackedColumns; column += width)
                {
                    _micro.Tile(height, &steps, from + (nint)x * _geometry.Channels, _workspace + (nint)column * _geometry.Channels, tile, false);
                    _store(tile, width, height, width, null, products + (nint)x * _kernel.PackedColumns + column, _kernel.PackedColumns);
                }

                x += height;
            }
        }

        /// <summary>
        /// Adds each product to its output: those of one tap row are adjacent in one output row. Rows change fastest, so that an
        /// addition seldom has to wait for the store of the one before.
        /// </summary>
        void Scatter(float* products, float* sums)
        {
            int run = _geometry.KernelWidth * _geometry.OutChannels, gap = _kernel.PackedColumns - run * _geometry.KernelHeight;
            for (int x = 0; x < _geometry.Width; x++, sums += _geometry.OutChannels, products += gap)
            {
                float* to = sums;
                for (int r = 0; r < _geometry.KernelHeight; r++, products += run, to -= _kernel.SumRow)
                {
                    int j = 0;
                    for (; j <= run - 4; j += 4) (Vector128.Load(to + j) + Vector128.Load(products + j)).Store(to + j);
                    for (; j < run; j++) to[j] += products[j];
                }
            }
        }
    }
}
