using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The gradient of the filters where one side has few channels. A tile's rows are entries of one row of the window, which lie side by side
/// in the padded image of that side; its columns are channels of the other, its steps are pixels. Only the columns are packed, once for
/// all entries; <see cref="FilterGradKernel"/>, made for many channels, would copy every pixel's window. At stride 1 images and gradients
/// may change places, which turns the window by 180 degrees. A part of the first stage adds up some images; the second adds those sums in
/// their order, so that the result has the same bits for any number of workers.
/// </summary>
sealed unsafe class NarrowFilterGradKernel : Kernel
{
    // Pixels in a block: their columns stay in the first-level cache for all entries of the window.
    const int BlockPixels = 192, PixelsTogether = 8;

    // More channels fill tiles as they are.
    const int MostChannels = 4;

    const int MaximumSums = 16;

    readonly ConvGeometry _geometry;
    readonly bool _exchanged;
    readonly MicroKernelSet _micro;
    readonly int _sums, _rowsPerBlock;
    readonly Workspace _workspace;

    NarrowFilterGradKernel(ConvGeometry geometry, bool exchanged, MicroKernelSet micro, int workers)
    {
        (_geometry, _exchanged, _micro) = (geometry, exchanged, micro);
        _sums = Math.Min(geometry.Images, MaximumSums);
        int blocks = (geometry.OutHeight * geometry.OutWidth + BlockPixels - 1) / BlockPixels;
        _rowsPerBlock = (geometry.OutHeight + blocks - 1) / blocks;
        _workspace = new(_sums * SumFloats, ColumnFloats + geometry.PaddedRows(_rowsPerBlock) * geometry.PaddedRow, workers);
    }

    /// <inheritdoc/>
    public override string Variant => $"direct narrow {_micro}, {_sums} sums";

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    int Panels => (_geometry.OutChannels + _micro.Columns - 1) / _micro.Columns;

    /// <summary>The floats of one sum [panel, entry of the window, channel].</summary>
    long SumFloats => (long)Panels * _geometry.Window * _micro.Columns;

    /// <summary>The floats of a block's columns [panel, pixel, channel].</summary>
    long ColumnFloats => (long)_rowsPerBlock * _geometry.OutWidth * Panels * _micro.Columns;

    /// <summary>The kernel of a filter gradient, null where neither side is narrow.</summary>
    public static Kernel? Select(ConvGeometry plain, InstructionSet isa, int workers)
    {
        var micro = MicroKernelSet.For(isa);
        return Pays(plain, micro) ? new NarrowFilterGradKernel(plain, false, micro, workers)
            : plain.Stride == 1 && Pays(plain.Exchanged, micro) ? new NarrowFilterGradKernel(plain.Exchanged, true, micro, workers)
            : null;
    }

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    static bool Pays(ConvGeometry g, MicroKernelSet micro) => g.Channels <= MostChannels && 2 * g.OutChannels >= micro.Columns;

    sealed class Call : CpuCall
    {
        readonly NarrowFilterGradKernel _kernel;
        readonly ConvGeometry _geometry;
        readonly MicroKernelSet _micro;
        readonly float* _images, _gradients, _output, _workspace;

        public Call(NarrowFilterGradKernel kernel, Operands at)
        {
            (_kernel, _geometry, _micro) = (kernel, kernel._geometry, kernel._micro);
            _images = at.Inputs[kernel._exchanged ? 1 : 0].Pointer<float>();
            _gradients = at.Inputs[kernel._exchanged ? 0 : 1].Pointer<float>();
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
        }

        public override int Stages => 2;

        public override int Parts(int stage) => stage == 0 ? _kernel._sums : _kernel.Panels;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0) Accumulate(part, _kernel._workspace.Scratch(_workspace, worker));
            else Add(part);
        }

        float* Sum(int sum) => _workspace + sum * (nint)_kernel.SumFloats;

        void Accumulate(int sum, float* columns)
        {
            ConvGeometry g = _geometry;
            long all = g.Images;
            int first = (int)(all * sum / _kernel._sums), end = (int)(all * (sum + 1) / _kernel._sums);
            float* padded = columns + _kernel.ColumnFloats;
            for (int image = first; image < end; image++)
                for (int row = 0; row < g.OutHeight; row += _kernel._rowsPerBlock)
                {
                    int rows = Math.Min(_kernel._rowsPerBlock, g.OutHeight - row);
                    g.Pad(_images + (nint)image * g.Height * g.Width * g.Channels, row * g.Stride, g.PaddedRows(rows), padded);
                    float* gradients = _gradients + ((nint)image * g.OutHeight + row) * g.OutWidth * g.OutChannels;
                    nint panelFloats = (nint)rows * g.OutWidth * _micro.Columns;
                    Pack(gradients, rows * g.OutWidth, columns);
                    for (int panel = 0; panel < _kernel.Panels; panel++)
                    {
                        float* to = Sum(sum) + (nint)panel * g.Window * _micro.Columns;
                        Multiply(rows, padded, columns + panel * panelFloats, to, image > first || row > 0);
                    }
                }
        }

        /// <summary>Packs all panels, some pixels at a time, so that memory is read in its order.</summary>
        void Pack(float* gradients, int pixels, float* columns)
        {
            int width = _micro.Columns, channels = _geometry.OutChannels;
            for (int pixel = 0; pixel < pixels; pixel += PixelsTogether)
                for (int panel = 0; panel < _kernel.Panels; panel++)
                    Blocks.CopyPadded(
                        gradients + (nint)pixel * channels + panel * width,
                        channels,
                        Math.Min(PixelsTogether, pixels - pixel),
                        Math.Min(width, channels - panel * width),
                        columns + ((nint)panel * pixels + pixel) * width,
                        width);
        }

        /// <summary>Adds a block's pixels to a panel of a sum, for all entries of the window.</summary>
        void Multiply(int rows, float* padded, float* columns, float* to, bool accumulate)
        {
            ConvGeometry g = _geometry;
            int run = g.KernelWidth * g.Channels;
            var steps = new Steps
            {
                RowA = 1,
                Outer = rows, OuterA = g.Stride * g.PaddedRow, OuterB = (nint)g.OutWidth * _micro.Columns,
                Inner = g.OutWidth, InnerA = (nint)g.Stride * g.Channels, InnerB = _micro.Columns,
            };
            for (int r = 0; r < g.KernelHeight; r++, padded += g.PaddedRow)
                for (int entry = 0, height; entry < run; entry += height, to += (nint)height * _micro.Columns)
                {
                    height = _micro.NextRows(run - entry);
                    _micro.Tile(height, &steps, padded + entry, columns, to, accumulate);
                }
        }

        /// <summary>Adds a panel of all sums in the order of the images and puts its channels in their places.</summary>
        void Add(int panel)
        {
            ConvGeometry g = _geometry;
            nint floats = (nint)g.Window * _micro.Columns;
            int channel = panel * _micro.Columns, count = Math.Min(_micro.Columns, g.OutChannels - channel);
            float* sum = Sum(0) + panel * floats;
            for (int i = 1; i < _kernel._sums; i++) Blocks.Add(Sum(i) + panel * floats, sum, floats);
            for (int entry = 0; entry < g.Window; entry++, sum += _micro.Columns)
            {
                if (_kernel._exchanged) Blocks.Copy(sum, _output + g.ExchangedEntry(entry) + channel, count);
                else
                    for (int j = 0; j < count; j++) _output[(nint)(channel + j) * g.Window + entry] = sum[j];
            }
        }
    }
}
