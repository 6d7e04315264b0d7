"""The device, and the number format that is fastest on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vnsum.errors import ModelError

if TYPE_CHECKING:
    import torch

MEMORY, CONTAINER = Path("/proc/meminfo"), Path("/sys/fs/cgroup/memory.max")
PRECISIONS = ("mixed", "int8", "bfloat16", "float32")
EIGHT_BITS = ("mixed", "int8")
INT8 = ("avx2", "avx512_vnni", "avx_vnni", "amx_int8")  # int8 is faster than floating point
FAST_BFLOAT16 = ("avx512_bf16", "amx_bf16", "arm_bf16")


def choose_device(device: str | None = None) -> torch.device:
    """Return the device with this name, by default the fastest one available.

    Raises `ModelError` if it is unknown or not available.
    """
    import torch

    if device is None:
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        if not isinstance(device, str) or device.partition(":")[0] == "meta":
            raise TypeError("it stores no data")
        place = torch.device(device)
        torch.empty(1, device=place).zero_()
    except Exception as error:  # depends on the type of device
        lines = str(error).strip().splitlines()
        raise ModelError(
            f"cannot use the device {device!r}: {lines[0] if lines else type(error).__name__}; "
            "expected 'cpu', or 'cuda', 'cuda:1' or 'mps' if available"
        ) from error
    return place


def find_free_memory(device: torch.device) -> int | None:
    """Return the free memory of a device in bytes, `None` if the system does not tell."""
    import torch

    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    limits = []
    for path, name in ((MEMORY, "MemAvailable:"), (CONTAINER, "")):
        try:
            lines = path.read_text(encoding="ascii").splitlines()
        except (OSError, ValueError):  # not Linux, or not in a container
            continue
        words = next((line.split() for line in lines if line.startswith(name)), [])
        numbers = [int(word) for word in words if word.isdecimal()]
        limits += [number << 10 if name else number for number in numbers]
    return min(limits, default=None) if device.type == "cpu" else None


def choose_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 if the device supports it natively, else float32."""
    import torch

    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type == "cpu" and _cpu_has(*FAST_BFLOAT16):
        return torch.bfloat16
    return torch.float32


def choose_precision(device: torch.device) -> str:
    """Return the fastest precision for the device: a name in `PRECISIONS`."""
    import torch

    has_kernel = hasattr(torch.ops.onednn, "qlinear_pointwise")
    if device.type == "cpu" and has_kernel and _cpu_has(*INT8):
        return "mixed"
    return "bfloat16" if choose_dtype(device) == torch.bfloat16 else "float32"


def _cpu_has(*names: str) -> bool:
    import torch

    if not hasattr(torch.cpu, "get_capabilities"):  # older versions of torch
        return False
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name) for name in names)
