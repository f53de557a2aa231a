using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The matrix product. One side's matrix gives the tiles' columns and is packed by the first stage into panels as wide as a tile; the
/// other gives their rows and is read as it lies where its steps are adjacent, or else packed block by block in a worker's scratch
/// memory. Where that saves work, as in a layer with few images and many weights, the product is computed transposed, so that the small
/// matrix is packed and the large one read once. Products with few results and many terms are cut along the terms, and a last
/// stage adds the pieces in a fixed order.
/// </summary>
sealed unsafe class MatMulKernel : Kernel
{
    // Panels that are multiplied with one tile of rows after the other while they are in the first-level cache.
    const int CachedFloats = 4096;

    // What packing four numbers at a time writes past the end.
    const int Overhang = 3;

    readonly MatMulGeometry _geometry;
    readonly Epilogue _epilogue;
    readonly MicroKernelSet _micro;
    readonly Workspace _workspace;

    MatMulKernel(MatMul op, Signature s, InstructionSet isa, int workers)
    {
        (_epilogue, _micro) = (op.Epilogue, MicroKernelSet.For(isa));
        _geometry = MatMulGeometry.Of(op, s, _micro);
        MatMulGeometry g = _geometry;
        long sums = g.Splits == 1 ? 0 : (long)g.Splits * g.Batch * g.SumFloats;
        long packedRows = g.PacksRows ? (long)g.RowsPerPart * (g.TermsPerBlock + Overhang) : 0;
        _workspace = new(g.Batch * g.PanelFloats + sums, TileFloats + packedRows, workers);
    }

    /// <inheritdoc/>
    public override string Variant =>
        $"panels {_micro}{(_geometry.Transposed ? ", transposed" : "")}{(_geometry.Splits > 1 ? $", {_geometry.Splits} sums" : "")}";

    /// <inheritdoc/>
    public override long WorkspaceBytes => _workspace.Bytes;

    /// <summary>The floats of a worker's tiles: one tile where a visit finishes it, else all of a part, unless they are a split's sum.</summary>
    long TileFloats =>
        _geometry.OneVisit ? _micro.TileFloats
        : _geometry.Splits > 1 ? 0
        : (long)_geometry.RowsPerPart * _geometry.PackedColumns;

    /// <summary>The kernel of a matrix product.</summary>
    public static Kernel Select(MatMul op, Signature s, InstructionSet isa, int workers) => new MatMulKernel(op, s, isa, workers);

    /// <inheritdoc/>
    public override BoundKernel Bind(Operands at) => new Call(this, at);

    /// <summary>Some terms of some rows, and whether earlier terms are in the tiles already and these are the last.</summary>
    readonly record struct Block(int Batch, int First, int Rows, int Term, int Terms, bool Accumulate, bool Finish);

    sealed class Call : CpuCall
    {
        readonly MatMulGeometry _geometry;
        readonly Workspace _layout;
        readonly long _tileFloats;
        readonly MicroKernelSet _micro;
        readonly float* _rows, _columns, _bias, _output, _workspace;
        readonly delegate*<float*, int, int, int, float*, float*, nint, void> _finish;
        readonly delegate*<Steps*, float*, float*, float*, bool, void>[]? _finished;

        public Call(MatMulKernel kernel, Operands at)
        {
            (_geometry, _layout, _micro) = (kernel._geometry, kernel._workspace, kernel._micro);
            _tileFloats = kernel.TileFloats;
            _rows = at.Inputs[_geometry.Transposed ? 1 : 0].Pointer<float>();
            _columns = at.Inputs[_geometry.Transposed ? 0 : 1].Pointer<float>();
            _bias = kernel._epilogue.Bias ? at.Inputs[2].Pointer<float>() : null;
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
            Activation kind = kernel._epilogue.Activation;
            _finish = _geometry.Transposed ? _micro.FinishTransposed(kind) : _micro.Finish(kind);
            _finished = _geometry.OneVisit && !_geometry.Transposed ? _micro.FinishedTiles(kind) : null;
        }

        public override int Stages => _geometry.Splits == 1 ? 2 : 3;

        public override int Parts(int stage) => stage switch
        {
            0 => _geometry.Batch * _geometry.Panels,
            1 => _geometry.Batch * _geometry.RowBlocks * _geometry.Splits * _geometry.PanelGroups,
            _ => _geometry.Batch * _geometry.RowBlocks,
        };

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0) Pack(part / _geometry.Panels, part % _geometry.Panels);
            else if (stage == 1) Multiply(part, _layout.Scratch(_workspace, worker));
            else Add(part / _geometry.RowBlocks, part % _geometry.RowBlocks);
        }

        float* Panels(int batch) => _workspace + batch * (nint)_geometry.PanelFloats;

        float* Sum(int batch, int split) =>
            Panels(_geometry.Batch) + ((nint)batch * _geometry.Splits + split) * (nint)_geometry.SumFloats;

        void Pack(int batch, int panel)
        {
            MatMulGeometry g = _geometry;
            int width = _micro.Columns, count = Math.Min(width, g.Columns - panel * width);
            float* from = _columns + batch * (nint)g.Terms * g.Columns + panel * width * g.ColumnStride;
            float* to = Panels(batch) + (nint)panel * width * g.Terms;
            if (g.ColumnTerm == 1) Blocks.TransposePadded(from, g.ColumnStride, g.Terms, count, to, width);
            else Blocks.CopyPadded(from, g.ColumnTerm, g.Terms, count, to, width);
        }

        /// <summary>Multiplies a block of rows with a group of panels, over all terms or one split of them.</summary>
        void Multiply(int part, float* scratch)
        {
            MatMulGeometry g = _geometry;
            (part, int group) = Math.DivRem(part, g.PanelGroups);
            (int rowBlock, int split) = Math.DivRem(part, g.Splits);
            (int batch, rowBlock) = Math.DivRem(rowBlock, g.RowBlocks);
            int first = rowBlock * g.RowsPerPart, rows = Math.Min(g.RowsPerPart, g.Rows - first);
            int begin = (int)((long)g.Terms * split / g.Splits), end = (int)((long)g.Terms * (split + 1) / g.Splits);
            float* tiles = g.Splits == 1 ? scratch : Sum(batch, split) + (nint)first * g.PackedColumns, packed = scratch + _tileFloats;
            for (int k = begin; k < end; k += g.TermsPerBlock)
            {
                int terms = Math.Min(g.TermsPerBlock, end - k);
                float* from = _rows + batch * (nint)g.Rows * g.Terms + first * g.RowStride + k * g.RowTerm;
                if (g.PacksRows) PackRows(from, rows, terms, packed);
                var block = new Block(batch, first, rows, k, terms, k > begin, g.Splits == 1 && k + terms == end);
                int together = Math.Max(1, CachedFloats / (terms * _micro.Columns));
                int endPanel = Math.Min(g.Panels, (group + 1) * g.PanelsPerPart);
                for (int panel = group * g.PanelsPerPart; panel < endPanel; panel += together)
                    Multiply(block, panel, Math.Min(together, endPanel - panel), g.PacksRows ? packed : from, tiles);
            }
        }

        /// <summary>Adds a block's terms times some panels to those panels' tiles.</summary>
        void Multiply(in Block block, int panel, int panels, float* a, float* tiles)
        {
            MatMulGeometry g = _geometry;
            int width = _micro.Columns;
            var steps = new Steps { RowA = g.PacksRows ? 1 : g.RowStride, Outer = 1, Inner = block.Terms, InnerA = 1, InnerB = width };
            for (int i = 0; i < block.Rows;)
            {
                int height = _micro.NextRows(block.Rows - i);
                if (g.PacksRows) steps.InnerA = height;
                for (int p = panel; p < panel + panels; p++)
                {
                    float* b = Panels(block.Batch) + ((nint)p * g.Terms + block.Term) * width;
                    if (_finished is { } finished && (p + 1) * width <= g.Columns)
                    {
                        steps.Bias = _bias == null ? null : _bias + p * width;
                        steps.RowTile = g.Columns;
                        float* to = _output + ((nint)block.Batch * g.Rows + block.First + i) * g.Columns + p * width;
                        finished[height - 1](&steps, a, b, to, false);
                        continue;
                    }

                    float* tile = g.OneVisit ? tiles : tiles + ((nint)p * block.Rows + i) * width;
                    _micro.Tile(height, &steps, a, b, tile, block.Accumulate);
                    if (block.Finish) Finish(block.Batch, block.First + i, height, p, tile);
                }

                a += g.PacksRows ? PackedTile(height, block.Terms) : height * g.RowStride;
                i += height;
            }
        }

        static nint PackedTile(int height, int terms) => (nint)height * terms + Overhang;

        /// <summary>
        /// A block of rows as tiles take it: for each tile all terms, for each term the tile's rows. Rows that are adjacent in memory
        /// are read in that order, for the terms may be pages apart.
        /// </summary>
        void PackRows(float* from, int rows, int terms, float* to)
        {
            nint stride = _geometry.RowStride, term = _geometry.RowTerm;
            for (int i = 0, height; term == 1 && i < rows; i += height)
            {
                height = _micro.NextRows(rows - i);
                Blocks.Transpose(from + i * stride, stride, terms, height, to, height);
                to += PackedTile(height, terms);
            }

            for (int k = 0; term != 1 && k < terms; k++, from += term)
            {
                float* tile = to;
                for (int i = 0, height; i < rows; i += height)
                {
                    height = _micro.NextRows(rows - i);
                    Blocks.CopyRough(from + i, tile + (nint)k * height, height);
                    tile += PackedTile(height, terms);
                }
            }
        }

        void Finish(int batch, int row, int height, int panel, float* tile)
        {
            MatMulGeometry g = _geometry;
            int first = panel * _micro.Columns, columns = Math.Min(_micro.Columns, g.Columns - first), along = g.Transposed ? row : first;
            nint width = g.Transposed ? g.Rows : g.Columns;
            float* to = _output + batch * (nint)g.Rows * g.Columns + (g.Transposed ? first * width + row : row * width + first);
            _finish(tile, _micro.Columns, height, columns, _bias == null ? null : _bias + along, to, width);
        }

        /// <summary>Adds the splits of a block of rows in their order.</summary>
        void Add(int batch, int block)
        {
            MatMulGeometry g = _geometry;
            int first = block * g.RowsPerPart, rows = Math.Min(g.RowsPerPart, g.Rows - first);
            float* sum = Sum(batch, 0) + (nint)first * g.PackedColumns;
            for (int split = 1; split < g.Splits; split++)
                Blocks.Add(Sum(batch, split) + (nint)first * g.PackedColumns, sum, (nint)rows * g.PackedColumns);

            for (int panel = 0; panel < g.Panels; panel++)
                for (int i = 0; i < rows;)
                {
                    int height = _micro.NextRows(rows - i);
                    Finish(batch, first + i, height, panel, sum + ((nint)panel * rows + i) * _micro.Columns);
                    i += height;
                }
        }
    }
}
