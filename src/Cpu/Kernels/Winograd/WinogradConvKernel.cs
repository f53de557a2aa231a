using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Winograd's convolution, forward and, with turned filters, back to its input, at stride 1 (Lavin and Gray, arXiv 1509.09308). The first
/// stage transforms the filters. A part of the second takes a block of tiles through all steps while it lies in the second-level
/// cache: the tiles are transformed, multiplied by a panel of filters, frequency by frequency, and the products transformed back.
/// </summary>
sealed unsafe class WinogradConvKernel : Kernel
{
    // Below this a block's products take less time than bringing the filters from the third-level cache.
    const int FewestTiles = 24;

    // Input channels whose filters are transformed at once.
    const int FilterChannels = 32;

    // Enough parts to keep several workers busy, but not for fewer output channels each: their tiles are transformed again for each.
    const int WantedParts = 16, FewestChannels = 64;

    readonly ConvGeometry _geometry;
    readonly bool _turned;
    readonly ConvEnding _ending;
    readonly WinogradVariant _variant;
    readonly WinogradTiles _tiles;
    readonly int _tilesPerBlock, _panels, _panelsPerPart;
    readonly Workspace _workspace;

    public WinogradConvKernel(ConvGeometry geometry, bool turned, ConvEnding ending, WinogradVariant variant, int workers)
    {
        (_geometry, _turned, _ending, _variant) = (geometry, turned, ending, variant);
        _tiles = new WinogradTiles(geometry, variant.ResultRows, variant.ResultColumns);
        MicroKernelSet micro = variant.Micro;
        int most = Math.Max(variant.BlockFloats / variant.Frequencies / (geometry.Channels + micro.Columns), FewestTiles);

        // In pairs, so that two workers end together.
        int blocks = _tiles.Count <= most ? 1 : (_tiles.Count + 2 * most - 1) / (2 * most) * 2;
        _tilesPerBlock = (_tiles.Count + blocks - 1) / blocks;
        _panels = geometry.OutChannels / micro.Columns;
        int fewest = Math.Min(_panels, (FewestChannels + micro.Columns - 1) / micro.Columns);
        _panelsPerPart = Math.Clamp(_panels * blocks / WantedParts, fewest, _panels);
        long scratch = HalfFloats + (long)variant.Frequencies * (NextInput + NextProduct);
        long packed = (long)variant.Taps * variant.Taps * FilterChannels * micro.Columns + variant.Frequencies * micro.Columns;
        _workspace = new(
            FilterFloats + (ending.GoesBack ? (long)TileBlocks * geometry.OutChannels : 0), Math.Max(scratch, packed), workers);
    }

    /// <inheritdoc/>
    public override string Variant => $"{_variant}{_ending}";

    /// <inheritdoc/>
    public override long? Products => 2L * _tiles.Count * _variant.Frequencies * _geometry.Channels * _geometry.OutChannels;

    /// <inheritdoc/>
    public override bool Prepares => true;

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    /// <summary>The transformed filters; behind them lie the blocks' sums of results, see <see cref="PartSums"/>.</summary>
    nint FilterFloats => _panels * _variant.Frequencies * NextFilter;

    int TileBlocks => (_tiles.Count + _tilesPerBlock - 1) / _tilesPerBlock;

    nint HalfFloats => (nint)Workspace.Round(Math.Max(_tiles.HalfFloats(_variant), _variant.Frequencies * _variant.Micro.Columns));

    // The distances between frequencies.
    nint NextInput => WinogradVariant.Apart((nint)_tilesPerBlock * _geometry.Channels);

    nint NextProduct => WinogradVariant.Apart((nint)_tilesPerBlock * _variant.Micro.Columns);

    nint NextFilter => WinogradVariant.Apart((nint)_geometry.Channels * _variant.Micro.Columns);

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    sealed class Call : CpuCall
    {
        readonly WinogradConvKernel _kernel;
        readonly ConvGeometry _geometry;
        readonly WinogradVariant _variant;
        readonly MicroKernelSet _micro;
        readonly float* _images, _filters, _bias, _activated, _output, _sums, _workspace;
        readonly byte* _codes;
        readonly delegate*<TileRun*, void> _gather;

        public Call(WinogradConvKernel kernel, Operands at)
        {
            (_kernel, _geometry, _variant, _micro) = (kernel, kernel._geometry, kernel._variant, kernel._variant.Micro);
            _images = at.Inputs[0].Pointer<float>();
            _filters = at.Inputs[1].Pointer<float>();
            _bias = kernel._ending.Epilogue.Bias ? at.Inputs[2].Pointer<float>() : null;
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
            LastingStages = at.Lasting ? 1 : 0;
            bool side = at.Side.Bytes > 0;
            _codes = side && kernel._ending.Pool ? at.Side.Pointer<byte>() : null;
            _activated = kernel._ending.GoesBack ? at.Inputs[2].Pointer<float>() : null;
            _sums = side && kernel._ending.GoesBack ? at.Side.Pointer<float>() : null;
            _gather = _variant.Gather(kernel._ending);
        }

        public override int Stages => _sums == null ? 2 : 3;

        int FilterBlocks => (_geometry.Channels + FilterChannels - 1) / FilterChannels;

        int PanelGroups => (_kernel._panels + _kernel._panelsPerPart - 1) / _kernel._panelsPerPart;

        public override int Parts(int stage) => stage switch
        {
            0 => _kernel._panels * FilterBlocks,
            1 => _kernel.TileBlocks * PanelGroups,
            _ => 1,
        };

        public override void Run(int stage, int part, int worker)
        {
            float* scratch = _kernel._workspace.Scratch(_workspace, worker);
            if (stage == 0) TransformFilters(part / FilterBlocks, part % FilterBlocks * FilterChannels, scratch);
            else if (stage == 1) Convolve(part / PanelGroups, part % PanelGroups * _kernel._panelsPerPart, scratch);
            else PartSums.Add(BlockSum(0), _kernel.TileBlocks, _geometry.OutChannels, _sums);
        }

        float* BlockSum(int block) => _workspace + _kernel.FilterFloats + (nint)block * _geometry.OutChannels;

        /// <summary>The place of a panel's transformed filters [frequency, input channel, output channel].</summary>
        float* Panel(int panel) => _workspace + panel * _variant.Frequencies * _kernel.NextFilter;

        /// <summary>Transforms some input channels of a panel's filters, brought into the panel's order before they grow.</summary>
        void TransformFilters(int panel, int channel, float* scratch)
        {
            int columns = _micro.Columns, taps = _variant.Taps * _variant.Taps;
            int count = Math.Min(FilterChannels, _geometry.Channels - channel);
            nint run = (nint)count * columns;
            for (int tap = 0; tap < taps; tap++)
            {
                float* to = scratch + tap * run;
                if (_kernel._turned)
                    Blocks.CopyPadded(
                        _filters + ((nint)channel * taps + taps - 1 - tap) * _geometry.OutChannels + panel * columns,
                        (nint)taps * _geometry.OutChannels, count, columns, to, columns);
                else
                    Blocks.Transpose(
                        _filters + ((nint)panel * columns * taps + tap) * _geometry.Channels + channel, _geometry.Window,
                        count, columns, to, columns);
            }

            fixed (float* scale = _variant.Scale)
                _variant.Filters(
                    scratch, run, (int)run, Panel(panel) + (nint)channel * columns, _kernel.NextFilter, scale, scratch + taps * run);
        }

        void Convolve(int block, int firstPanel, float* half)
        {
            int first = block * _kernel._tilesPerBlock, count = Math.Min(_kernel._tilesPerBlock, _kernel._tiles.Count - first);
            int endPanel = Math.Min(firstPanel + _kernel._panelsPerPart, _kernel._panels);
            float* input = half + _kernel.HalfFloats, product = input + _variant.Frequencies * _kernel.NextInput;
            for (int i = 0; i < count;)
            {
                TileRun run = _kernel._tiles.Inputs(_images, first + i, count - i);
                run.Block = input + (nint)i * _geometry.Channels;
                (run.NextFrequency, run.NextTile, run.Panel) = (_kernel.NextInput, _geometry.Channels, _geometry.Channels);
                run.Half = half;
                _variant.SpreadImages(&run);
                i += run.Tiles;
            }

            float* sums = _sums == null ? null : BlockSum(block);
            if (sums != null)
                new Span<float>(sums + firstPanel * _micro.Columns, (endPanel - firstPanel) * _micro.Columns).Clear();
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                Multiply(input, Panel(panel), product, count);
                int channel = panel * _micro.Columns;
                for (int i = 0; i < count;)
                {
                    TileRun run = _kernel._ending.Pool
                        ? _kernel._tiles.Pooled(_output, _codes, first + i, count - i)
                        : _kernel._tiles.Outputs(_output, first + i, count - i);
                    run.Activated = _activated + (run.Image - _output) + channel;
                    run.Sums = sums == null ? null : sums + channel;
                    run.Image += channel;
                    if (run.Codes != null) run.Codes += channel / 4;
                    run.Block = product + (nint)i * _micro.Columns;
                    (run.NextFrequency, run.NextTile, run.Channels) = (_kernel.NextProduct, _micro.Columns, _micro.Columns);
                    run.Bias = _bias == null ? null : _bias + channel;
                    run.Half = half;
                    _gather(&run);
                    i += run.Tiles;
                }
            }
        }

        /// <summary>The product of tiles and filters at every frequency.</summary>
        void Multiply(float* input, float* filters, float* product, int tiles)
        {
            int channels = _geometry.Channels, columns = _micro.Columns;
            var steps = new Steps { RowA = channels, Outer = 1, Inner = channels, InnerA = 1, InnerB = columns };
            for (int frequency = 0; frequency < _variant.Frequencies; frequency++)
            {
                for (int i = 0, height; i < tiles; i += height)
                {
                    height = _micro.NextRows(tiles - i);
                    _micro.Tile(height, &steps, input + (nint)i * channels, filters, product + (nint)i * columns, false);
                }

                input += _kernel.NextInput;
                filters += _kernel.NextFilter;
                product += _kernel.NextProduct;
            }
        }
    }
}
