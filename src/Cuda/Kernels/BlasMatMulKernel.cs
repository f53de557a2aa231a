using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Kernels of <see cref="MatMul"/> by cuBLAS. It stores matrices by columns, so a row-major matrix is its own transpose to it, and the
/// product is computed as C^T = B^T A^T: the operands change places and nothing is moved.
/// </summary>
static class BlasMatMulKernel
{
    public static Kernel Select(MatMul op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        (Shape a, Shape b, Shape c) = (shapes.Inputs[0].Shape, shapes.Inputs[1].Shape, shapes.Output.Shape);
        (int rows, int columns, int terms) = (c[^2], c[^1], op.TransposeA ? a[^2] : a[^1]);
        int batch = checked((int)(c.Count / ((long)rows * columns)));
        (long strideA, long strideB, long strideC) = ((long)rows * terms, (long)terms * columns, (long)rows * columns);
        (Operation opA, Operation opB) = (Of(op.TransposeA), Of(op.TransposeB));
        (int ldA, int ldB) = (a[^1], b[^1]);
        bool bf16 = device.Precision == Precision.Bf16;
        return new DeviceKernel("cublas", at =>
        {
            // Initialised here at the latest, since a capture may not.
            CudaBlas blas = device.Blas;
            (ulong first, ulong second) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer());
            ulong result = at.Output.DevicePointer();
            ulong bias = op.Epilogue.Bias ? at.Inputs[2].DevicePointer() : 0;
            Action<CudaStream> finish = PointwiseKernels.Finishing(device, op.Epilogue, bias, result, c);
            return stream =>
            {
                if (bf16)
                    blas.GemmStridedBatchedBf16(
                        opB, opA, columns, rows, terms, 1, second, ldB, strideB, first, ldA, strideA, 0, result, columns, strideC, batch);
                else if (batch > 1)
                    blas.GemmStridedBatched(
                        opB, opA, columns, rows, terms, 1, second, ldB, strideB, first, ldA, strideA, 0, result, columns, strideC, batch);
                else
                    blas.Gemm(opB, opA, columns, rows, terms, 1, second, ldB, first, ldA, 0, result, columns);
                finish(stream);
            };
        });
    }

    static Operation Of(bool transposed) => transposed ? Operation.Transpose : Operation.NonTranspose;
}
