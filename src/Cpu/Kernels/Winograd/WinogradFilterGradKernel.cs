using System.Numerics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The filters' gradient by Winograd's transforms: at every frequency the sum over all tiles of transformed gradient times transformed
/// input, and one transform back at the end. The parts of the first stage each add up a range of tiles, for some of the output
/// channels; the second adds those sums in a fixed order, so that results have the same bits for any number of workers.
/// </summary>
sealed unsafe class WinogradFilterGradKernel : Kernel
{
    // Below this adding to the sums, which lie in the third-level cache, takes more time than a block beyond the second level.
    const int FewestTiles = 28;

    // The parts wanted, the tiles and output channels that are worth one, and what all sums may take. Their number is a power of two, so
    // that as many workers end together.
    const int WantedParts = 16, TilesPerSum = 64, FewestChannels = 64;
    const long SumsFloats = 4 << 20;

    // Output channels of a part of the second stage.
    const int PlacedChannels = 16;

    readonly ConvGeometry _geometry;
    readonly WinogradVariant _variant;
    readonly WinogradTiles _tiles;
    readonly int _sums, _channelsPerPart, _tilesPerBlock;
    readonly Workspace _workspace;

    public WinogradFilterGradKernel(ConvGeometry geometry, WinogradVariant variant, int workers)
    {
        (_geometry, _variant, _tiles) = (geometry, variant, new WinogradTiles(geometry, variant.ResultRows, variant.ResultColumns));
        int columns = variant.Micro.Columns, groups = 1;
        long sums = Math.Min(SumsFloats / SumFloats, Math.Min(_tiles.Count / TilesPerSum, WantedParts));
        _sums = 1 << BitOperations.Log2((ulong)Math.Max(sums, 1));
        while (groups * _sums < WantedParts && geometry.OutChannels % (2 * groups * columns) == 0
            && geometry.OutChannels / (2 * groups) >= FewestChannels) groups *= 2;
        _channelsPerPart = geometry.OutChannels / groups;
        int most = Math.Max(variant.BlockFloats * 3 / 2 / variant.Frequencies / (geometry.Channels + _channelsPerPart), FewestTiles);
        int tiles = (_tiles.Count + _sums - 1) / _sums, blocks = (tiles + most - 1) / most;
        _tilesPerBlock = (tiles + blocks - 1) / blocks;
        _workspace = new(_sums * SumFloats, HalfFloats + (long)variant.Frequencies * (NextInput + NextGradient), workers);
    }

    /// <inheritdoc/>
    public override string Variant => _variant.ToString();

    /// <inheritdoc/>
    public override long? Products => 2L * _tiles.Count * _variant.Frequencies * _geometry.Channels * _geometry.OutChannels;

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    nint HalfFloats => (nint)Workspace.Round(Math.Max(_tiles.HalfFloats(_variant), _variant.Frequencies * _variant.Micro.Columns));

    long SumFloats => _variant.Frequencies * (long)NextSum;

    // The distances between frequencies.
    nint NextSum => WinogradVariant.Apart((nint)_geometry.Channels * _geometry.OutChannels);

    nint NextInput => WinogradVariant.Apart((nint)_tilesPerBlock * _geometry.Channels);

    nint NextGradient => WinogradVariant.Apart((nint)_tilesPerBlock * _channelsPerPart);

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    sealed class Call : CpuCall
    {
        readonly WinogradFilterGradKernel _kernel;
        readonly ConvGeometry _geometry;
        readonly WinogradVariant _variant;
        readonly MicroKernelSet _micro;
        readonly float* _images, _gradients, _output, _workspace;

        public Call(WinogradFilterGradKernel kernel, Operands at)
        {
            (_kernel, _geometry, _variant, _micro) = (kernel, kernel._geometry, kernel._variant, kernel._variant.Micro);
            _images = at.Inputs[0].Pointer<float>();
            _gradients = at.Inputs[1].Pointer<float>();
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
        }

        public override int Stages => 2;

        int Groups => _geometry.OutChannels / _kernel._channelsPerPart;

        int Panels => _geometry.Channels / _micro.Columns;

        int PlacedBlocks => (_geometry.OutChannels + PlacedChannels - 1) / PlacedChannels;

        public override int Parts(int stage) => stage == 0 ? _kernel._sums * Groups : Panels * PlacedBlocks;

        public override void Run(int stage, int part, int worker)
        {
            float* scratch = _kernel._workspace.Scratch(_workspace, worker);
            if (stage == 0) Accumulate(part / Groups, part % Groups * _kernel._channelsPerPart, scratch);
            else Place(part / PlacedBlocks, part % PlacedBlocks * PlacedChannels, scratch);
        }

        /// <summary>A sum's numbers [frequency, panel of input channels, output channel, input channel].</summary>
        float* Sum(int sum, int panel, int channel) =>
            _workspace + sum * (nint)_kernel.SumFloats + ((nint)panel * _geometry.OutChannels + channel) * _micro.Columns;

        void Accumulate(int sum, int channel, float* half)
        {
            long tiles = _kernel._tiles.Count;
            int start = (int)(tiles * sum / _kernel._sums), end = (int)(tiles * (sum + 1) / _kernel._sums);
            float* input = half + _kernel.HalfFloats, gradient = input + _variant.Frequencies * _kernel.NextInput;
            for (int first = start; first < end; first += _kernel._tilesPerBlock)
            {
                int count = Math.Min(_kernel._tilesPerBlock, end - first);
                Spread(first, count, channel, input, gradient, half);
                Multiply(count, input, gradient, Sum(sum, 0, channel), first > start);
            }
        }

        /// <summary>Transforms a block of tiles: inputs [frequency, panel, tile, channel], gradients [frequency, tile, channel].</summary>
        void Spread(int first, int count, int channel, float* input, float* gradient, float* half)
        {
            for (int i = 0; i < count;)
            {
                TileRun run = _kernel._tiles.Inputs(_images, first + i, count - i);
                (run.NextFrequency, run.NextTile, run.NextPanel) = (_kernel.NextInput, _micro.Columns, (nint)count * _micro.Columns);
                run.Panel = _micro.Columns;
                run.Block = input + (nint)i * _micro.Columns;
                run.Half = half;
                _variant.SpreadImages(&run);

                run = _kernel._tiles.Outputs(_gradients, first + i, count - i);
                (run.NextFrequency, run.NextTile) = (_kernel.NextGradient, _kernel._channelsPerPart);
                run.Channels = run.Panel = _kernel._channelsPerPart;
                run.Image += channel;
                run.Block = gradient + (nint)i * _kernel._channelsPerPart;
                run.Half = half;
                _variant.SpreadGradients(&run);
                i += run.Tiles;
            }
        }

        /// <summary>Adds a block's products to a sum, at every frequency.</summary>
        void Multiply(int tiles, float* input, float* gradient, float* sum, bool accumulate)
        {
            int channels = _kernel._channelsPerPart, columns = _micro.Columns;
            var steps = new Steps { RowA = 1, Outer = 1, Inner = tiles, InnerA = channels, InnerB = columns };
            for (int frequency = 0; frequency < _variant.Frequencies; frequency++)
            {
                for (int panel = 0; panel < Panels; panel++)
                {
                    float* to = sum + (nint)panel * _geometry.OutChannels * columns;
                    for (int i = 0, height; i < channels; i += height)
                    {
                        height = _micro.NextRows(channels - i);
                        float* b = input + (nint)panel * tiles * columns;
                        _micro.Tile(height, &steps, gradient + i, b, to + (nint)i * columns, accumulate);
                    }
                }

                input += _kernel.NextInput;
                gradient += _kernel.NextGradient;
                sum += _kernel.NextSum;
            }
        }

        /// <summary>Adds up the sums of some output channels and a panel of input channels, and transforms them back.</summary>
        void Place(int panel, int channel, float* half)
        {
            int count = Math.Min(PlacedChannels, _geometry.OutChannels - channel), columns = _micro.Columns;
            float* sum = Sum(0, panel, channel);
            for (int frequency = 0; frequency < _variant.Frequencies; frequency++)
                _variant.Add(
                    sum + frequency * _kernel.NextSum, (nint)_kernel.SumFloats, _kernel._sums,
                    (nint)count * columns, _variant.Scale[frequency]);
            for (int i = 0; i < count; i++)
                _variant.FilterGradients(
                    sum + (nint)i * columns, _kernel.NextSum, columns,
                    _output + (nint)(channel + i) * _geometry.Window + panel * columns, _geometry.Channels, half);
        }
    }
}
