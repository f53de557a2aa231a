using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <content>A product on its memory: packs panels, multiplies blocks of rows with them, adds what was cut along the terms.</content>
sealed unsafe partial class MatMulKernel
{
    /// <summary>Some terms of some rows, and whether earlier terms are in the tiles already and these are the last.</summary>
    readonly record struct Block(int Batch, int First, int Rows, int Terms, bool Accumulate, bool Finish);

    sealed class Call : CpuCall
    {
        readonly MatMulGeometry _geometry;
        readonly Workspace _layout;
        readonly nint _tileFloats, _packedRows, _sharedPanels;
        readonly MicroKernelSet _micro;
        readonly float* _rows, _columns, _bias, _output, _workspace;
        readonly delegate*<float*, int, int, int, float*, float*, nint, void> _finish;
        readonly delegate*<Steps*, float*, float*, float*, bool, void>[]? _finished;

        public Call(MatMulKernel kernel, Operands at)
        {
            (_geometry, _layout, _micro) = (kernel._geometry, kernel._workspace, kernel._micro);
            (_tileFloats, _packedRows, _sharedPanels) = ((nint)kernel.TileFloats, (nint)kernel.PackedRows, (nint)kernel.SharedPanels);
            _rows = at.Inputs[_geometry.Transposed ? 1 : 0].Pointer<float>();
            _columns = at.Inputs[_geometry.Transposed ? 0 : 1].Pointer<float>();
            _bias = kernel._epilogue.Bias ? at.Inputs[2].Pointer<float>() : null;
            _output = at.Output.Pointer<float>();
            _workspace = at.Workspace.Pointer<float>();
            Activation kind = kernel._epilogue.Activation;
            _finish = _geometry.Transposed ? _micro.FinishTransposed(kind) : _micro.Finish(kind);
            _finished = _geometry.OneVisit && !_geometry.Transposed ? _micro.FinishedTiles(kind) : null;
        }

        public override int Stages => (_geometry.SharesPanels ? 2 : 1) + (_geometry.Splits == 1 ? 0 : 1);

        public override int Parts(int stage) => Step(stage) switch
        {
            0 => _geometry.Batch * _geometry.Panels,
            1 => _geometry.Batch * _geometry.RowBlocks * _geometry.Splits * _geometry.PanelGroups,
            _ => _geometry.Batch * _geometry.RowBlocks,
        };

        public override void Run(int stage, int part, int worker)
        {
            MatMulGeometry g = _geometry;
            switch (Step(stage))
            {
                case 0:
                    (int batch, int panel) = Math.DivRem(part, g.Panels);
                    Pack(batch, panel, 1, 0, g.Terms, Panels(batch) + (nint)panel * _micro.Columns * g.Terms);
                    break;
                case 1:
                    Multiply(part, _layout.Scratch(_workspace, worker));
                    break;
                default:
                    Add(part / g.RowBlocks, part % g.RowBlocks);
                    break;
            }
        }

        /// <summary>Of packing, multiplying and adding, what a stage does.</summary>
        int Step(int stage) => _geometry.SharesPanels ? stage : stage + 1;

        float* Panels(int batch) => _workspace + batch * (nint)_geometry.PanelFloats;

        float* Sum(int batch, int split) =>
            _workspace + _sharedPanels + ((nint)batch * _geometry.Splits + split) * (nint)_geometry.SumFloats;

        /// <summary>Packs some terms of some panels, one panel behind the other.</summary>
        void Pack(int batch, int panel, int panels, int term, int terms, float* to)
        {
            MatMulGeometry g = _geometry;
            int width = _micro.Columns, first = panel * width, whole = Math.Min(panels, g.Columns / width - panel);
            float* from = _columns + batch * (nint)g.Terms * g.Columns + first * g.ColumnStride + term * g.ColumnTerm;
            nint next = (nint)terms * width;
            if (g.ColumnTerm == 1)
                for (int p = 0; p < panels; p++)
                {
                    int count = Math.Min(width, g.Columns - first - p * width);
                    Blocks.TransposePadded(from + p * width * g.ColumnStride, g.ColumnStride, terms, count, to + p * next, width);
                }
            else
            {
                // Term by term, for these may be pages apart.
                for (int k = 0; k < terms; k++)
                    for (int p = 0; p < whole; p++)
                        Blocks.Copy(from + k * g.ColumnTerm + p * width, to + p * next + k * width, width);
                if (whole < panels)
                    Blocks.CopyPadded(from + whole * width, g.ColumnTerm, terms, g.Columns % width, to + whole * next, width);
            }
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
            int firstPanel = group * g.PanelsPerPart, endPanel = Math.Min(g.Panels, firstPanel + g.PanelsPerPart);
            float* tiles = g.Splits > 1 ? Sum(batch, split) + (nint)first * g.PackedColumns
                : g.OneVisit ? scratch
                : scratch - (nint)firstPanel * rows * _micro.Columns;
            float* packed = scratch + _tileFloats, own = packed + _packedRows;
            for (int k = begin; k < end; k += g.TermsPerBlock)
            {
                int terms = Math.Min(g.TermsPerBlock, end - k);
                float* from = _rows + batch * (nint)g.Rows * g.Terms + first * g.RowStride + k * g.RowTerm;
                if (g.PacksRows) PackRows(from, rows, terms, packed);
                var block = new Block(batch, first, rows, terms, k > begin, g.Splits == 1 && k + terms == end);
                int together = Math.Max(1, (g.SharesPanels ? CachedFloats : OwnFloats) / (terms * _micro.Columns));
                for (int panel = firstPanel; panel < endPanel; panel += together)
                {
                    int panels = Math.Min(together, endPanel - panel);
                    float* b = g.SharesPanels ? Panels(batch) + ((nint)panel * g.Terms + k) * _micro.Columns : own;
                    if (!g.SharesPanels) Pack(batch, panel, panels, k, terms, own);
                    Multiply(block, panel, panels, g.PacksRows ? packed : from, b, tiles);
                }
            }
        }

        /// <summary>Adds a block's terms times some panels to those panels' tiles.</summary>
        void Multiply(in Block block, int panel, int panels, float* a, float* b, float* tiles)
        {
            MatMulGeometry g = _geometry;
            int width = _micro.Columns;
            nint nextPanel = (nint)(g.SharesPanels ? g.Terms : block.Terms) * width;
            var steps = new Steps { RowA = g.PacksRows ? 1 : g.RowStride, Outer = 1, Inner = block.Terms, InnerB = width };
            steps.InnerA = Math.Max(1, g.RowsBeside);
            for (int i = 0; i < block.Rows;)
            {
                int height = _micro.NextRows(block.Rows - i);
                if (g.PacksRows && g.RowsBeside == 0) steps.InnerA = height;
                for (int p = 0; p < panels; p++)
                {
                    int column = (panel + p) * width;
                    if (_finished is { } finished && column + width <= g.Columns)
                    {
                        steps.Bias = _bias == null ? null : _bias + column;
                        steps.RowTile = g.Columns;
                        float* to = _output + ((nint)block.Batch * g.Rows + block.First + i) * g.Columns + column;
                        finished[height - 1](&steps, a, b + p * nextPanel, to, false);
                        continue;
                    }

                    float* tile = g.OneVisit ? tiles : tiles + ((nint)(panel + p) * block.Rows + i) * width;
                    _micro.Tile(height, &steps, a, b + p * nextPanel, tile, block.Accumulate);
                    if (block.Finish) Finish(block.Batch, block.First + i, height, panel + p, tile);
                }

                a += g.RowsBeside > 0 ? height : g.PacksRows ? PackedTile(height, block.Terms) : height * g.RowStride;
                i += height;
            }
        }

        static nint PackedTile(int height, int terms) => (nint)height * terms + Overhang;

        /// <summary>
        /// A block of rows as tiles take it: for each tile all terms, for each term the tile's rows. Rows that are adjacent in memory
        /// are read in that order, for the terms may be pages apart; and with few panels to read them they stay in that order.
        /// </summary>
        void PackRows(float* from, int rows, int terms, float* to)
        {
            nint stride = _geometry.RowStride, term = _geometry.RowTerm, beside = _geometry.RowsBeside;
            for (int k = 0; beside > 0 && k < terms; k++) Blocks.Copy(from + k * term, to + k * beside, rows);
            for (int i = 0, height; beside == 0 && term == 1 && i < rows; i += height)
            {
                height = _micro.NextRows(rows - i);
                Blocks.Transpose(from + i * stride, stride, terms, height, to, height);
                to += PackedTile(height, terms);
            }

            for (int k = 0; beside == 0 && term != 1 && k < terms; k++, from += term)
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
