using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The direct convolution, forward and, with turned filters, back to its input. In NHWC the taps of a window's row are contiguous and
/// adjacent pixels a fixed distance apart, so the micro-kernel reads the padded image as it is: a tile's rows are adjacent pixels, its
/// columns output channels (compare Zhang, Franchetti and Low, arXiv 1809.10170). The first stage packs the filters, the second
/// convolves; a part of it pads just the rows it needs.
/// </summary>
sealed unsafe class ConvKernel : Kernel
{
    // The padded rows of a part stay in the second-level cache beside a panel of filters.
    const int PaddedFloats = 56 * 1024;

    // The filters that a pass over a part's rows multiplies with; more than that would come from the third level for every tile.
    const int PassFloats = 64 * 1024;

    // Filters that may stay in the first-level cache.
    const int CachedFloats = 6 * 1024;

    // Enough parts to keep many workers evenly busy.
    const int MinimumParts = 16;

    readonly ConvGeometry _geometry;
    readonly bool _turned;
    readonly ConvEnding _ending;
    readonly InstructionSet _isa;
    readonly MicroKernelSet _micro;
    readonly ConvParts _parts;
    readonly int _rowsPerPass;
    readonly Workspace _workspace;

    ConvKernel(ConvGeometry geometry, bool turned, ConvEnding ending, InstructionSet isa, int workers)
    {
        (_geometry, _turned, _ending, _isa, _micro) = (geometry, turned, ending, isa, MicroKernelSet.For(isa));
        _parts = ConvParts.Of(geometry, PaddedFloats, MinimumParts, ending.Pool ? 2 : 1);
        long windowRow = (long)geometry.KernelWidth * geometry.Channels * _micro.Columns;
        _rowsPerPass = (int)Math.Clamp(PassFloats / windowRow, 1, geometry.KernelHeight);
        _workspace = new(PanelFloats + SumFloats, TileFloats + PooledFloats + _parts.PaddedFloats(geometry), workers);
    }

    /// <summary>Whether one pass finishes a tile. Otherwise all tiles of a part are kept from one pass to the next.</summary>
    bool OnePass => _rowsPerPass == _geometry.KernelHeight;

    /// <summary>Whether all filters stay in the first-level cache, so that a row is finished for all channels in one go.</summary>
    bool RowByRow => OnePass && PanelFloats <= CachedFloats;

    long PanelFloats => Workspace.Round(FilterPanels.Floats(_geometry, _micro.Columns));

    /// <summary>The parts' sums of results, see <see cref="PartSums"/>.</summary>
    long SumFloats => _ending.GoesBack ? (long)_parts.Count * _geometry.OutChannels : 0;

    long TileFloats => OnePass ? _micro.TileFloats : (long)_parts.ImagesPerPart * _parts.RowsPerPart * _geometry.OutWidth * _micro.Columns;

    /// <summary>Two rows of results, which are stored only when they are pooled.</summary>
    long PooledFloats => _ending.Pool ? 2L * _geometry.OutWidth * _geometry.OutChannels : 0;

    /// <inheritdoc/>
    public override string Variant => $"direct {_micro}{_ending}";

    /// <inheritdoc/>
    public override bool Prepares => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    /// <summary>The kernel of a convolution.</summary>
    public static Kernel Select(Conv2D op, Signature s, InstructionSet isa, int workers) =>
        Select(ConvGeometry.Of(op, s), false, ConvEnding.Of(op), isa, workers);

    /// <summary>The kernel of a transposed convolution.</summary>
    public static Kernel Select(Conv2DInputGrad op, Signature s, InstructionSet isa, int workers) =>
        Select(ConvGeometry.Of(op, s), true, ConvEnding.Of(op), isa, workers);

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    static Kernel Select(ConvGeometry geometry, bool turned, ConvEnding ending, InstructionSet isa, int workers) =>
        ending == new ConvEnding(ending.Epilogue) && NarrowConvKernel.Pays(geometry, isa)
            ? new NarrowConvKernel(geometry, turned, ending.Epilogue, isa, workers)
            : new ConvKernel(geometry, turned, ending, isa, workers);

    sealed class Call : CpuCall
    {
        readonly ConvKernel _kernel;
        readonly ConvGeometry _geometry;
        readonly MicroKernelSet _micro;
        readonly float* _images, _filters, _bias, _activated, _output, _sums, _workspace;
        readonly byte* _codes;
        readonly delegate*<float*, float*, nint, int, int, float*, byte*, nint, void> _pool;
        readonly delegate*<float*, int, int, int, float*, float*, nint, void> _finish;
        readonly delegate*<float*, int, int, int, float*, float*, nint, float*, void> _finishBack;
        readonly delegate*<Steps*, float*, float*, float*, bool, void>[]? _finished;

        public Call(ConvKernel kernel, Operands at)
        {
            (_kernel, _geometry, _micro) = (kernel, kernel._geometry, kernel._micro);
            _images = at.Inputs[0].Pointer<float>();
            _filters = at.Inputs[1].Pointer<float>();
            _bias = kernel._ending.Epilogue.Bias ? at.Inputs[2].Pointer<float>() : null;
            _output = at.Output.Pointer<float>();
            bool side = at.Side.Bytes > 0;
            _codes = side && kernel._ending.Pool ? at.Side.Pointer<byte>() : null;
            _pool = kernel._ending.Pool ? PooledRows.For(kernel._isa) : null;
            _activated = kernel._ending.GoesBack ? at.Inputs[2].Pointer<float>() : null;
            _sums = side && kernel._ending.GoesBack ? at.Side.Pointer<float>() : null;
            _finishBack = _micro.FinishBack(kernel._ending.Back);
            _workspace = at.Workspace.Pointer<float>();
            LastingStages = at.Lasting ? 1 : 0;
            _finish = _micro.Finish(kernel._ending.Epilogue.Activation);
            _finished = kernel.OnePass && !kernel._ending.GoesBack ? _micro.FinishedTiles(kernel._ending.Epilogue.Activation) : null;
        }

        public override int Stages => _sums == null ? 2 : 3;

        int Panels => (_geometry.OutChannels + _micro.Columns - 1) / _micro.Columns;

        float* PartSum(int part) => _workspace + (nint)_kernel.PanelFloats + (nint)part * _geometry.OutChannels;

        public override int Parts(int stage) => stage switch { 0 => Panels, 1 => _kernel._parts.Count, _ => 1 };

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 1) Convolve(part, worker);
            else if (stage == 2) PartSums.Add(PartSum(0), _kernel._parts.Count, _geometry.OutChannels, _sums);
            else if (_kernel._turned) FilterPanels.PackTurned(_geometry, _micro.Columns, part, _filters, Panel(part));
            else FilterPanels.Pack(_geometry, _micro.Columns, part, _filters, Panel(part));
        }

        float* Panel(int panel) => _workspace + (nint)panel * _micro.Columns * _geometry.Window;

        void Convolve(int part, int worker)
        {
            ConvGeometry g = _geometry;
            (int image, int images, int row, int rows) = _kernel._parts[part];
            float* tiles = _kernel._workspace.Scratch(_workspace, worker);
            float* pair = tiles + _kernel.TileFloats, padded = pair + _kernel.PooledFloats;
            nint outRow = (nint)g.OutWidth * g.OutChannels;
            float* sums = _sums == null ? null : PartSum(part);
            if (sums != null) new Span<float>(sums, g.OutChannels).Clear();
            nint paddedImage = g.PaddedRows(rows) * g.PaddedRow;
            for (int i = 0; i < images; i++)
            {
                float* from = _images + (nint)(image + i) * g.Height * g.Width * g.Channels;
                g.Pad(from, row * g.Stride, g.PaddedRows(rows), padded + i * paddedImage);
            }

            // Few filters stay in the first-level cache; then a row is finished for all channels, and its memory written in one go.
            int together = _kernel.RowByRow ? Panels : 1;
            for (int panel = 0; panel < Panels; panel += together)
                for (int r = 0; r < g.KernelHeight; r += _kernel._rowsPerPass)
                    for (int i = 0; i < images; i++)
                        for (int y = 0; y < rows; y++)
                        {
                            float* to = _pool == null
                                ? _output + ((nint)(image + i) * g.OutHeight + row + y) * outRow
                                : pair + y % 2 * outRow;
                            float* tile = _kernel.OnePass ? tiles : tiles + (nint)(i * rows + y) * g.OutWidth * _micro.Columns;
                            float* from = padded + i * paddedImage + (y * g.Stride + r) * g.PaddedRow;
                            for (int p = panel; p < panel + together; p++) Row(p, r, from, tile, to, sums);
                            if (_pool != null && y % 2 == 1 && r + _kernel._rowsPerPass >= g.KernelHeight)
                                Pool(
                                    pair,
                                    panel * _micro.Columns,
                                    together * _micro.Columns,
                                    (image + i) * (g.OutHeight / 2) + (row + y) / 2);
                        }
        }

        /// <summary>Pools two rows of results, as many channels of them as are finished.</summary>
        void Pool(float* pair, int first, int channels, int pooledRow)
        {
            ConvGeometry g = _geometry;
            nint outRow = (nint)g.OutWidth * g.OutChannels, at = pooledRow * (outRow / 2) + first;
            byte* codes = _codes == null ? null : _codes + at / 4;
            channels = Math.Min(channels, g.OutChannels - first);
            _pool(pair + first, pair + outRow + first, g.OutChannels, g.OutWidth / 2, channels, _output + at, codes, g.OutChannels);
        }

        /// <summary>One row of the output, as many channels of it as a panel has, by some rows of the window from the given on.</summary>
        void Row(int panel, int windowRow, float* from, float* tile, float* to, float* sums)
        {
            ConvGeometry g = _geometry;
            int first = panel * _micro.Columns, columns = Math.Min(_micro.Columns, g.OutChannels - first);
            int run = g.KernelWidth * g.Channels, windowRows = Math.Min(_kernel._rowsPerPass, g.KernelHeight - windowRow);
            bool last = windowRow + windowRows == g.KernelHeight;
            nint pixel = (nint)g.Stride * g.Channels;
            var steps = new Steps
            {
                RowA = pixel,
                Outer = windowRows, OuterA = g.PaddedRow, OuterB = (nint)run * _micro.Columns,
                Inner = run, InnerA = 1, InnerB = _micro.Columns,
            };
            float* filters = Panel(panel) + windowRow * steps.OuterB, bias = _bias == null ? null : _bias + first;
            delegate*<Steps*, float*, float*, float*, bool, void>[]? finished = columns < _micro.Columns ? null : _finished;
            if (finished is not null)
            {
                steps.Bias = bias;
                steps.RowTile = g.OutChannels;
            }

            for (int x = 0; x < g.OutWidth;)
            {
                int height = _micro.NextRows(g.OutWidth - x);
                if (finished is not null)
                {
                    finished[height - 1](&steps, from + x * pixel, filters, to + (nint)x * g.OutChannels + first, false);
                    x += height;
                    continue;
                }

                _micro.Tile(height, &steps, from + x * pixel, filters, tile, windowRow > 0);
                float* at = to + (nint)x * g.OutChannels + first;
                if (last && _activated != null)
                    _finishBack(
                        tile, _micro.Columns, height, columns, _activated + (at - _output), at, g.OutChannels,
                        sums == null ? null : sums + first);
                else if (last) _finish(tile, _micro.Columns, height, columns, bias, at, g.OutChannels);
                if (!_kernel.OnePass) tile += (nint)height * _micro.Columns;
                x += height;
            }
        }
    }
}
