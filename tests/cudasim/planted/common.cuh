// What planted.cu includes, under the name that the product's kernels include.
#pragma once
