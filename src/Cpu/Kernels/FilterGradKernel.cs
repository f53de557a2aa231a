using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The gradient of the filters: for each tap and each pair of channels, the sum over all pixels of input times gradient. A tile's rows
/// are output channels, its columns belong to one <see cref="ColumnGroups">group</see> of window entries, its steps are pixels.
/// At stride 1 images and gradients may change places, which turns the window by 180 degrees: so it is the side with more
/// channels that fills rows, and few channels times taps that fill columns. The first stage's parts are a group of columns times a
/// group of images, with a partial sum each; the second stage adds the partial sums in a fixed order, so that the result has the same
/// bits for any number of workers.
/// </summary>
sealed unsafe class FilterGradKernel : Kernel
{
    // Pixels in a block: what a micro-kernel reads of them (64 to 128 bytes a pixel, and a tile's height) stays in the first-level cache.
    const int BlockPixels = 256;

    // What packing four numbers at a time writes past the end.
    const int Overhang = 3;

    // Enough parts to keep many workers evenly busy, without too many partial sums.
    const int WantedParts = 32, MaximumSums = 16;

    readonly ConvGeometry _geometry;
    readonly bool _exchanged;
    readonly MicroKernelSet _micro;
    readonly ColumnGroups _columns;
    readonly int _sums, _rowsPerBlock, _imagesPerBlock;
    readonly long _packedImage;
    readonly Workspace _workspace;

    FilterGradKernel(ConvGeometry geometry, bool exchanged, MicroKernelSet micro, int workers)
    {
        (_geometry, _exchanged, _micro) = (geometry, exchanged, micro);
        ConvGeometry g = geometry;
        _columns = new ColumnGroups(g, _micro.Columns);
        _sums = Math.Clamp((WantedParts + _columns.Count - 1) / _columns.Count, 1, Math.Min(g.Images, MaximumSums));
        int blocks = (g.OutHeight * g.OutWidth + BlockPixels - 1) / BlockPixels;
        _rowsPerBlock = (g.OutHeight + blocks - 1) / blocks;
        _imagesPerBlock = Math.Clamp(BlockPixels / (_rowsPerBlock * g.OutWidth), 1, (g.Images + _sums - 1) / _sums);
        if (_rowsPerBlock < g.OutHeight) _imagesPerBlock = 1;
        _packedImage = Workspace.Round(_columns.PackedRow * _columns.PackedRows(_rowsPerBlock));
        long gradients = _imagesPerBlock * (long)_rowsPerBlock * g.OutWidth * g.OutChannels + Overhang;
        _workspace = new(_sums * _columns.Count * SumFloats, gradients + _imagesPerBlock * _packedImage, workers);
    }

    /// <inheritdoc/>
    public override string Variant => $"direct {_micro}, {_sums} sums";

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    /// <summary>The floats of one part's sum: tiles one after the other, by row and column of the window, then output channel.</summary>
    long SumFloats => (long)_columns.Rows * _columns.Taps * _geometry.OutChannels * _micro.Columns;

    /// <summary>The kernel of a convolution's filter gradient.</summary>
    public static Kernel Select(Conv2DFilterGrad op, Signature s, InstructionSet isa, int workers)
    {
        var micro = MicroKernelSet.For(isa);
        ConvGeometry plain = ConvGeometry.Of(op, s), exchanged = plain.Exchanged;
        if (NarrowFilterGradKernel.Select(plain, isa, workers) is { } narrow) return narrow;
        return op.Stride == 1 && Cost(exchanged, micro) < Cost(plain, micro)
            ? new FilterGradKernel(exchanged, true, micro, workers)
            : new FilterGradKernel(plain, false, micro, workers);
    }

    /// <summary>
    /// The cost of all tiles that one pixel adds to, in rows; a tile of fewer than four rows takes as long as one of four.
    /// </summary>
    static long Cost(ConvGeometry g, MicroKernelSet micro)
    {
        long rows = 0;
        for (int o = 0, height; o < g.OutChannels; o += height)
        {
            height = micro.NextRows(g.OutChannels - o);
            rows += Math.Max(4, height);
        }

        return rows * new ColumnGroups(g, micro.Columns).Total;
    }

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    sealed class Call : CpuCall
    {
        readonly FilterGradKernel _kernel;
        readonly ConvGeometry _geometry;
        readonly MicroKernelSet _micro;
        readonly ColumnGroups _columns;
        readonly float* _images, _gradients, _output, _workspace;

        public Call(FilterGradKernel kernel, Operands at)
        {
            (_kernel, _geometry, _micro, _columns) = (kernel, kernel._geometry, kernel._micro, kernel._columns);
            _images = at.Inputs[kernel._exchanged ? 1 : 0].Pointer<float>();
            _gradients = at.Inputs[kernel._exchanged ? 0 : 1].Pointer<float>();
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
        }

        public override int Stages => 2;

        public override int Parts(int stage) => stage == 0 ? _columns.Count * _kernel._sums : _columns.Count * _columns.Rows;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0) Accumulate(part, worker);
            else Add(part / _columns.Rows, part % _columns.Rows);
        }

        float* Sum(int group, int sum) => _workspace + ((nint)sum * _columns.Count + group) * (nint)_kernel.SumFloats;

        void Accumulate(int part, int worker)
        {
            (int sum, int group) = Math.DivRem(part, _columns.Count);
            long all = _geometry.Images;
            int first = (int)(all * sum / _kernel._sums), end = (int)(all * (sum + 1) / _kernel._sums);
            float* scratch = _kernel._workspace.Scratch(_workspace, worker), to = Sum(group, sum);
            bool accumulate = false;
            for (int image = first; image < end; image += _kernel._imagesPerBlock)
                for (int row = 0; row < _geometry.OutHeight; row += _kernel._rowsPerBlock)
                {
                    int images = Math.Min(_kernel._imagesPerBlock, end - image);
                    int rows = Math.Min(_kernel._rowsPerBlock, _geometry.OutHeight - row);
                    Block(group, image, images, row, rows, scratch, to, accumulate);
                    accumulate = true;
                }
        }

        /// <summary>Adds a block's pixels, some rows of some images, to a sum.</summary>
        void Block(int group, int image, int images, int row, int rows, float* scratch, float* to, bool accumulate)
        {
            ConvGeometry g = _geometry;
            int pixels = rows * g.OutWidth;
            nint packedGradient = (nint)pixels * g.OutChannels, packedImage = (nint)_kernel._packedImage;
            float* gradients = scratch + _kernel._imagesPerBlock * packedImage;
            for (int i = 0; i < images; i++)
            {
                float* from = _gradients + ((nint)(image + i) * g.OutHeight + row) * g.OutWidth * g.OutChannels;
                PackGradients(from, pixels, gradients + i * packedGradient);
                _columns.Pack(_images + (nint)(image + i) * g.Height * g.Width * g.Channels, group, row, rows, scratch + i * packedImage);
            }

            var steps = new Steps
            {
                RowA = 1,
                Outer = rows, OuterB = _columns.RowStep * _columns.PackedRow,
                Inner = g.OutWidth, InnerB = (nint)_columns.PixelStep * _micro.Columns,
            };
            for (int r = 0; r < _columns.Rows; r++)
                for (int tap = 0; tap < _columns.Taps; tap++)
                {
                    float* b = scratch + r * _columns.PackedRow + tap * _micro.Columns, a = gradients;
                    for (int o = 0; o < g.OutChannels;)
                    {
                        int height = _micro.NextRows(g.OutChannels - o);
                        steps.InnerA = height;
                        steps.OuterA = (nint)g.OutWidth * height;
                        for (int i = 0; i < images; i++)
                            _micro.Tile(height, &steps, a + i * packedGradient, b + i * packedImage, to, accumulate || i > 0);
                        a += (nint)pixels * height;
                        to += (nint)height * _micro.Columns;
                        o += height;
                    }
                }
        }

        /// <summary>The gradients' channels as tiles take them: for each tile all pixels, for each pixel the tile's rows.</summary>
        void PackGradients(float* from, int pixels, float* to)
        {
            int channels = _geometry.OutChannels;
            for (int o = 0; o < channels;)
            {
                int height = _micro.NextRows(channels - o);
                float* pixel = from + o;
                for (int i = 0; i < pixels; i++, pixel += channels, to += height) Blocks.CopyRough(pixel, to, height);
                o += height;
            }
        }

        /// <summary>
        /// Adds a group's partial sums, for one row of the window, in the order of the images, and puts them in their place.
        /// </summary>
        void Add(int group, int r)
        {
            ConvGeometry g = _geometry;
            nint row = (nint)_columns.Taps * g.OutChannels * _micro.Columns;
            float* sum = Sum(group, 0) + r * row;
            for (int i = 1; i < _kernel._sums; i++) Blocks.Add(Sum(group, i) + r * row, sum, row);

            // Tiles follow each other without gaps, so an output channel's place in them does not depend on their heights.
            for (int tap = 0; tap < _columns.Taps; tap++)
            {
                int entry = _columns.Entry(group, r, tap), columns = _columns.Columns(group);
                for (int o = 0; o < g.OutChannels; o++, sum += _micro.Columns)
                {
                    if (_kernel._exchanged)
                        for (int j = 0; j < columns; j++) _output[g.ExchangedEntry(entry + j) + o] = sum[j];
                    else Blocks.Copy(sum, _output + (nint)o * g.Window + entry, columns);
                }
            }
        }
    }
}
