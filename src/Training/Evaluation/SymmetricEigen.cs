namespace GeneratingImages.Training;

/// <summary>
/// All eigenvalues, and on demand all eigenvectors, of a real symmetric matrix: Householder reduction to tridiagonal form, then the
/// QL algorithm with implicit Wilkinson shifts (Golub and Van Loan, "Matrix Computations", 4th edition, sections 8.3.1 and 8.3.3).
/// </summary>
sealed class SymmetricEigen
{
    // Each eigenvalue takes about two sweeps; this many are out of reach of a finite matrix.
    const int MaxSweeps = 60;

    /// <summary>The eigenvalues, largest first.</summary>
    public double[] Values { get; }

    /// <summary>The eigenvectors as rows, in the order of <see cref="Values"/>; null if only values were asked for.</summary>
    public Matrix? Vectors { get; }

    /// <summary>Decomposes a matrix, of which the lower triangle is read and nothing is changed.</summary>
    /// <exception cref="ArithmeticException">The matrix holds a value that is not finite, or its elements' products overflow.</exception>
    public SymmetricEigen(Matrix symmetric, bool vectors)
    {
        int n = symmetric.Rows;
        double[] diagonal = new double[n], beside = new double[n];
        // Row k of basis becomes the k-th eigenvector: rotations then join two whole rows.
        Matrix? basis = Tridiagonalize(symmetric, diagonal, beside, vectors);
        IterateQl(diagonal, beside, basis);

        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => diagonal[i])];
        Values = [.. order.Select(i => diagonal[i])];
        if (basis is null) return;
        Vectors = new Matrix(n, n);
        for (int i = 0; i < n; i++) basis.Row(order[i]).CopyTo(Vectors.Row(i));
    }

    /// <summary>
    /// Brings the matrix to tridiagonal form T = Q' A Q: its diagonal, and at place i of <paramref name="beside"/> the element (i, i + 1).
    /// Returns Q transposed.
    /// </summary>
    static Matrix? Tridiagonalize(Matrix symmetric, double[] diagonal, double[] beside, bool vectors)
    {
        int n = symmetric.Rows;
        var a = new Matrix(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                if (!double.IsFinite(symmetric[i, j]))
                    throw new ArithmeticException($"element ({i}, {j}) is {symmetric[i, j]}: a finite one is needed");
                a[i, j] = a[j, i] = symmetric[i, j];
            }
        }

        double[] product = new double[n], factors = new double[n];
        for (int k = 0; k < n - 1; k++)
        {
            // The reflector I - factor v v' maps column k below the diagonal to a multiple of the first unit vector; v stays in row k.
            Span<double> v = a.Row(k)[(k + 1)..];
            diagonal[k] = a[k, k];
            double tail = VectorMath.Dot(v[1..], v[1..]);
            if (tail == 0)
            {
                beside[k] = v[0];
                continue;
            }

            double norm = Math.Sqrt((v[0] * v[0]) + tail);
            beside[k] = v[0] > 0 ? -norm : norm;
            v[0] -= beside[k];
            factors[k] = 2 / ((v[0] * v[0]) + tail);

            // A := A - v w' - w v' with w = factor A v - (factor^2 v'A v / 2) v.
            Span<double> w = product.AsSpan(k + 1, v.Length);
            for (int i = 0; i < v.Length; i++) w[i] = factors[k] * VectorMath.Dot(a.Row(k + 1 + i)[(k + 1)..], v);
            VectorMath.AddScaled(w, -0.5 * factors[k] * VectorMath.Dot(w, v), v);
            for (int i = 0; i < v.Length; i++)
            {
                Span<double> row = a.Row(k + 1 + i)[(k + 1)..];
                VectorMath.AddScaled(row, -v[i], w);
                VectorMath.AddScaled(row, -w[i], v);
            }
        }

        if (n > 0) diagonal[n - 1] = a[n - 1, n - 1];
        return vectors ? Accumulate(a, factors) : null;
    }

    /// <summary>The product of the reflectors, transposed, built from the last one backwards so that each acts on its own corner
    /// only.</summary>
    static Matrix Accumulate(Matrix reflectors, double[] factors)
    {
        int n = reflectors.Rows;
        var q = new Matrix(n, n);
        for (int i = 0; i < n; i++) q[i, i] = 1;
        for (int k = n - 2; k >= 0; k--)
        {
            if (factors[k] == 0) continue;
            Span<double> v = reflectors.Row(k)[(k + 1)..];
            for (int i = k + 1; i < n; i++)
            {
                Span<double> row = q.Row(i)[(k + 1)..];
                VectorMath.AddScaled(row, -factors[k] * VectorMath.Dot(row, v), v);
            }
        }

        return q;
    }

    static void IterateQl(double[] diagonal, double[] beside, Matrix? basis)
    {
        int n = diagonal.Length;
        for (int low = 0; low < n; low++)
        {
            for (int sweep = 0; ; sweep++)
            {
                int high = low;
                while (high < n - 1 && Math.Abs(beside[high]) > 1e-16 * (Math.Abs(diagonal[high]) + Math.Abs(diagonal[high + 1]))) high++;
                if (high == low) break;
                if (sweep == MaxSweeps) throw new ArithmeticException($"eigenvalue {low} of {n} did not converge in {sweep} sweeps");
                Sweep(diagonal, beside, basis, low, high);
            }
        }
    }

    /// <summary>One implicit QL sweep over the unreduced block low..high, shifted by the eigenvalue of its leading 2 x 2 block.</summary>
    static void Sweep(double[] d, double[] e, Matrix? basis, int low, int high)
    {
        double ratio = (d[low + 1] - d[low]) / (2 * e[low]);
        double root = double.Hypot(ratio, 1);
        double g = d[high] - d[low] + (e[low] / (ratio + (ratio >= 0 ? root : -root)));
        double sine = 1, cosine = 1, shift = 0;
        e[high] = 0;
        for (int i = high - 1; i >= low; i--)
        {
            double f = sine * e[i], b = cosine * e[i];
            double r = double.Hypot(f, g);
            if (i + 1 < high) e[i + 1] = r;
            if (r == 0)
            {
                // The block has come apart in the middle: both parts are taken up by the next sweeps.
                d[i + 1] -= shift;
                return;
            }

            (sine, cosine) = (f / r, g / r);
            g = d[i + 1] - shift;
            r = ((d[i] - g) * sine) + (2 * cosine * b);
            shift = sine * r;
            d[i + 1] = g + shift;
            g = (cosine * r) - b;
            if (basis is not null) VectorMath.Rotate(basis.Row(i), basis.Row(i + 1), cosine, sine);
        }

        d[low] -= shift;
        e[low] = g;
    }
}
